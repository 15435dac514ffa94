using System.Runtime.InteropServices;
using Creel.Core;

namespace Creel.Adapters.Linux;

/// <summary>A call that the kernel refused, in words.</summary>
internal static class KernelFault
{
    public static CreelException Of(string call, int error) =>
        new(new Fault(FaultKind.Internal, "kernel", $"the kernel refused {call}: {Words(error)}"));

    public static string Words(int error) => Marshal.GetPInvokeErrorMessage(error);
}
