/* What numpy asks the C library for and Wine 8 has not got: complex numbers, as Microsoft's
   compiler passes them. All else is Wine's own ucrtbase, under the name ucrtbasx. */
#include <complex.h>

typedef struct { float re, im; } F;
typedef struct { double re, im; } D;

static float _Complex cf(F z) { float _Complex c; __real__ c = z.re; __imag__ c = z.im; return c; }
static double _Complex cd(D z) { double _Complex c; __real__ c = z.re; __imag__ c = z.im; return c; }
static F sf(float _Complex c) { F z = { __real__ c, __imag__ c }; return z; }
static D sd(double _Complex c) { D z = { __real__ c, __imag__ c }; return z; }

#define REAL(n) float own_##n##f(F z) { return n##f(cf(z)); } double own_##n(D z) { return n(cd(z)); }
#define SAME(n) F own_##n##f(F z) { return sf(n##f(cf(z))); } D own_##n(D z) { return sd(n(cd(z))); }
#define TWO(n) F own_##n##f(F a, F b) { return sf(n##f(cf(a), cf(b))); } \
               D own_##n(D a, D b) { return sd(n(cd(a), cd(b))); }

REAL(cabs) REAL(carg) REAL(cimag) REAL(creal)
SAME(cacos) SAME(cacosh) SAME(casin) SAME(casinh) SAME(catan) SAME(catanh) SAME(ccos) SAME(ccosh)
SAME(cexp) SAME(clog) SAME(conj) SAME(cproj) SAME(csin) SAME(csinh) SAME(csqrt) SAME(ctan) SAME(ctanh)
TWO(cpow)
