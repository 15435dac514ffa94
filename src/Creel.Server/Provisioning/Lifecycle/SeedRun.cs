using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>Provisions an agent call by call as the original did: always all of it, whatever stands there.</summary>
/// <param name="tell">In a few words, for who looks on.</param>
internal sealed class SeedRun(LifecyclePorts ports, GatewayReach gateway, TimeProvider time, Action<string> tell)
{
    /// <summary>As far as it came, also when it threw.</summary>
    public ProvisionRecord Record { get; private set; } = null!;

    /// <exception cref="CreelException">A call did not go; those before it did.</exception>
    public async Task RunAsync(DesiredAgent agent, ProvisionRecord record, ProvisionOptions options, CancellationToken cancel)
    {
        var plane = gateway.Plane;
        Record = record;
        await plane.EnsureSessionAsync(agent.Session, agent.Registration.Name, cancel);
        var made = (await plane.UpsertAgentsAsync([agent.Registration], cancel)).Count > 0;
        Record = record with { Session = agent.Session, Label = agent.Registration.Name, Made = record.Made || made };
        Copy(agent);
        var taken = (await plane.ListSupportedFilesAsync(cancel)).Union(FileRules.Always).ToHashSet(StringComparer.Ordinal);
        var there = (await plane.ListAgentFilesAsync(Record.Id, cancel)).ToDictionary(f => f.Key, f => f.Value.Missing);
        var action = Record.First == false ? "update" : "provision";
        var bootstrap = FileRules.TakesBootstrap(action, options.Asked(ProvisionAsks.Bootstrap), there);
        var token = await ports.Tokens.MintAsync(agent.Resident, cancel);
        var handed = false;
        foreach (
            var (name, text) in (agent.Files ?? []).Where(f => taken.Contains(f.Key)).OrderBy(f => f.Key, StringComparer.Ordinal)
        )
        {
            if ((name == FileRules.Bootstrap && !bootstrap) || !FileRules.IsSeeded(name, text, there))
            {
                continue;
            }

            try
            {
                await plane.SetAgentFileAsync(Record.Id, name, TokenText.Fill(text, token), cancel);
                Record = Remembering.Written(Record, name, text, text);
                handed |= TokenText.IsMarked(text);
                tell($"{name} written");
            }
            catch (CreelException e) when (e.Fault.Code == "unsupported-file")
            {
                Record = Remembering.Refused(Record, name, text);
                tell($"{name} not written: the gateway knows no such file");
            }
        }

        if (handed)
        {
            await ports.Tokens.SucceedAsync(agent.Resident, token, time.GetUtcNow() + AgentToken.Overlap, cancel);
        }

        if (options.Asked(ProvisionAsks.ResetSession))
        {
            await plane.ResetSessionAsync(agent.Session, cancel);
        }

        if (!options.Quiet)
        {
            await ports.Wakes.WakeAsync(agent, action == "update" ? WakeReason.Updated : WakeReason.Provisioned, null, cancel);
            tell("woken");
        }

        Record = Record with
        {
            Standing = Standing.Provisioned,
            First = false,
            Wake = null,
            Owed = ProvisionAsks.None,
            Error = null,
            Attempts = 0,
            NextTry = null,
            At = time.GetUtcNow(),
        };
    }

    /// <summary>A copy is for people: that there is none stops nothing, and is told once.</summary>
    private void Copy(DesiredAgent agent)
    {
        try
        {
            foreach (var (name, text) in (agent.Files ?? []).Where(f => FileRules.Kept.Contains(f.Key) && f.Value.Length > 0))
            {
                ports.Mirror(agent.Gateway, agent.Registration.Workspace, name, text);
            }
        }
        catch (CreelException e)
        {
            tell($"no copies are kept here: {e.Fault}");
        }
    }
}
