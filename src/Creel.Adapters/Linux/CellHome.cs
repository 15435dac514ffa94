using System.Globalization;
using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>The variables of a cell's first program. No secret is among them.</summary>
internal static class CellHome
{
    /// <summary>HOME where the cell has mounts of its own.</summary>
    public const string Path = CellPaths.State + "/home";

    /// <param name="hub">The hub folder as the cell sees it.</param>
    /// <param name="proxy">The proxy folder, null where there is none.</param>
    /// <param name="state">The state folder as the cell sees it.</param>
    public static Dictionary<string, string> Variables(CellSpec spec, string hub, string? proxy, string state)
    {
        var variables = new Dictionary<string, string>
        {
            ["PATH"] = HostTools.SearchPath,
            ["HOME"] = state + "/home",
            ["USER"] = "agent",
            ["LOGNAME"] = "agent",
            ["SHELL"] = "/bin/sh",
            ["LANG"] = "C.UTF-8",
            ["DOTNET_EnableDiagnostics"] = "0",
            // 4 MiB. Left alone it is as large as the processor's cache, of which some have hundreds of megabytes.
            ["DOTNET_GCgen0size"] = "0x400000",
            // What was compiled ahead is not compiled again: a runtime that has run thousands of tasks is as small as before.
            ["DOTNET_TC_CallCounting"] = "0",
            [CellPaths.CellVariable] = spec.Id.Value,
            [CellPaths.StateVariable] = state,
            [CellPaths.HubSocketVariable] = $"{hub}/{CellPaths.HubSocketName}",
            [CellPaths.RelayPortVariable] = spec.RelayPort.ToString(CultureInfo.InvariantCulture),
        };
        if (proxy is not null)
        {
            variables[CellPaths.ProxySocketVariable] = $"{proxy}/{CellPaths.ProxySocketName}";
        }

        if (CellTrust.Wanted(spec))
        {
            variables[CellPaths.TrustVariable] = CellPaths.TrustFolder;
        }

        if (spec.Limits.Memory is { } memory)
        {
            variables[CellPaths.MemoryVariable] = memory.Value.ToString("0", CultureInfo.InvariantCulture);
        }

        return variables;
    }
}
