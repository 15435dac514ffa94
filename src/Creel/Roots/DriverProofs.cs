using Creel.Adapters.Linux;
using Creel.Core.Isolation;

namespace Creel.Roots;

/// <summary>Tries every driver without a server.</summary>
internal static class DriverProofs
{
    public static async Task<IReadOnlyList<DriverFingerprint>> TakeAsync(string home, CancellationToken cancel)
    {
        var proofs = new List<DriverFingerprint>();
        foreach (var driver in CellsRoot.Drivers(RunFolder.Choose(home, written: null, UnixUser.IsRoot)))
        {
            proofs.Add(await driver.FingerprintAsync(cancel));
        }

        return proofs;
    }
}
