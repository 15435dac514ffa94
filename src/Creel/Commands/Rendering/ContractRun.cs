using Creel.Core.Rendering;
using Creel.Core.Rendering.Contract;

namespace Creel.Commands.Rendering;

/// <summary>One run of an older generator, with its sentences.</summary>
internal static class ContractRun
{
    /// <summary>Writes the files, and tells what of it is dangerous.</summary>
    /// <returns>What was written; none where there was nothing to do.</returns>
    public static IReadOnlyList<OutputFile> Write(
        Call call,
        ContractGenerator generator,
        ContractVariables variables,
        string folder,
        bool dryRun
    )
    {
        var outcome = ContractPlan.Of(generator, variables);
        if (variables.Count is { } count && !ContractVariables.IsCount(count))
        {
            call.Note($"warning: AGENT_COUNT is not a number, which counts as no agents: {count}");
        }

        if (outcome is not ContractOutcome.Write { Groups: var groups })
        {
            call.Say(((ContractOutcome.Nothing)outcome).Notice);
            return [];
        }

        var files = call.Parts.Contract.Files(generator, variables, groups, folder);
        var sessions = generator == ContractGenerator.Session;
        call.Say($"Generating {(sessions ? "session services" : "docker-compose.yaml")} for {groups.Count} group(s)...");
        call.Parts.Contract.Write(folder, files);
        foreach (var group in groups)
        {
            call.Say(
                sessions
                    ? $"  [{group.Name}] port={group.Port} agents={group.Members.Count} → openclaw-{group.Name}.service"
                    : $"  [{group.Name}] network={group.Network} agents={Names(group)} → docker-compose.yaml"
            );
        }

        if (sessions && dryRun)
        {
            call.Say($"DRY_RUN mode — services written to {folder}");
        }

        call.Say(
            sessions
                ? $"Generated {groups.Count} session service(s) for habitat '{variables.Habitat}'"
                : $"Generated docker-compose.yaml with {groups.Count} service(s) for habitat '{variables.Habitat}'"
        );
        foreach (var exposed in ContractExposure.Of(generator, variables, groups))
        {
            call.Note($"warning: {exposed}");
        }

        call.Note("  → files without these: set CREEL_PROFILE=hardened, or use creel render");
        return files;
    }

    private static string Names(ContractGroup group) => string.Join(',', group.Members.Select(m => m.Name));
}
