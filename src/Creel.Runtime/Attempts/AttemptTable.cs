using Creel.Core.Link;

namespace Creel.Runtime.Attempts;

/// <summary>Which attempt is made how. The ids are those of <see cref="Core.Policy.Claims"/>; a test compares.</summary>
internal static class AttemptTable
{
    public static IReadOnlyDictionary<string, Func<AttemptOrder, Outcome>> All { get; } =
        new[]
        {
            NeighbourFiles.Table,
            NeighbourProcesses.Table,
            HostFiles.Table,
            HostKernel.Table,
            Rights.Table,
            KernelCalls.Table,
            OwnRuntime.Table,
            Addresses.Table,
            Sockets.Table,
            KeyHolder.Table,
            WaysOut.Table,
            Names.Table,
            HubNames.Table,
            Resources.Table,
        }
            .SelectMany(table => table)
            .ToDictionary(row => row.Id, row => row.Try, StringComparer.Ordinal);
}

/// <summary>One attempt and how it is made.</summary>
internal sealed record AttemptLine(string Id, Func<AttemptOrder, Outcome> Try);
