/* The one function of propsys.dll that Python's _wmi asks for and Wine 8 has not got. */
#include <windows.h>
#include <oleauto.h>

__declspec(dllexport) HRESULT WINAPI VariantToString(const VARIANT *value, WCHAR *to, UINT room)
{
    VARIANT text;
    HRESULT done;
    VariantInit(&text);
    done = VariantChangeType(&text, (VARIANT *)value, 0, VT_BSTR);
    if (FAILED(done))
        return done;
    if (SysStringLen(V_BSTR(&text)) < room)
        lstrcpyW(to, V_BSTR(&text));
    else
        done = E_INVALIDARG;
    VariantClear(&text);
    return done;
}
