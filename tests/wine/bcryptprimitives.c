/* The one function of bcryptprimitives.dll that programs written in Rust ask Windows for,
   and that Wine 8 has not got: random bytes, from the generator of advapi32. */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(void *buffer, ULONG length); /* RtlGenRandom */

__declspec(dllexport) BOOL WINAPI ProcessPrng(unsigned char *bytes, SIZE_T count)
{
    const ULONG most = 1 << 16;
    SIZE_T done;
    for (done = 0; done < count; done += most) {
        ULONG part = count - done < most ? (ULONG)(count - done) : most;
        if (!SystemFunction036(bytes + done, part))
            return FALSE;
    }
    return TRUE;
}
