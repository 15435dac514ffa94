using System.Text;
using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>Does for one agent what its plan says, in this order, and keeps what was done: conversation, files, token, wake.</summary>
/// <param name="standing">The token that stands there and holds; null: none.</param>
/// <param name="tell">In a few words, for who looks on.</param>
internal sealed class AgentRun(
    LifecyclePorts ports,
    GatewayReach gateway,
    TimeProvider time,
    string? standing,
    Action<string> tell
)
{
    /// <summary>As far as it came, also when it threw.</summary>
    public ProvisionRecord Record { get; private set; } = null!;

    /// <exception cref="CreelException">Something did not go; what went is in the record.</exception>
    public async Task RunAsync(AgentPlan plan, ProvisionRecord record, CancellationToken cancel)
    {
        Record = record;
        await TalkAsync(plan, cancel);
        await FilesAsync(plan, cancel);
        if (plan.ResetsSession)
        {
            await gateway.Plane.ResetSessionAsync(plan.Desired.Session, cancel);
            tell("conversation begun anew");
        }

        if (plan.Wake is { } reason)
        {
            await ports.Store.PutAsync(Record, cancel);
            await SpeakAsync(plan, reason, cancel);
        }

        Record = Record with
        {
            Standing = Standing.Provisioned,
            First = false,
            Wake = null,
            Owed = plan.Owes,
            Error = null,
            Attempts = 0,
            NextTry = null,
            At = time.GetUtcNow(),
        };
        await ports.Store.PutAsync(Record, cancel);
    }

    /// <summary>Only what the plan says of its token: how the agent stands, and what is owed to it, stays as it is.</summary>
    /// <returns>Until when the tokens before it hold at the latest.</returns>
    /// <exception cref="CreelException">It did not go: those before it hold on.</exception>
    public async Task<DateTimeOffset> RotateAsync(AgentPlan plan, ProvisionRecord record, CancellationToken cancel)
    {
        Record = record;
        try
        {
            return await FilesAsync(plan, cancel) ?? throw new CreelException(TokenPlan.NoPlace(plan.Desired));
        }
        finally
        {
            await ports.Store.PutAsync(Record, cancel);
        }
    }

    private async Task TalkAsync(AgentPlan plan, CancellationToken cancel)
    {
        if (plan.EnsuresSession)
        {
            var (key, label) = (plan.Desired.Session, plan.Desired.Registration.Name);
            await gateway.Plane.EnsureSessionAsync(key, label, cancel);
            Record = Record with { Session = key, Label = label };
        }

        // Whoever speaks first makes it: known, so that it goes with its agent.
        Record = Record with
        {
            Session = Record.Session ?? plan.Desired.Session,
        };
    }

    private async Task SpeakAsync(AgentPlan plan, WakeReason reason, CancellationToken cancel)
    {
        var told = plan.Files.FirstOrDefault(f => f.Act == FileAct.Tell);
        await ports.Wakes.WakeAsync(plan.Desired, reason, told is null ? null : FirstWords.Message(told.Text!), cancel);
        if (told is not null)
        {
            Record = Remembering.Told(Record, told.Name, told.Text!);
        }

        // Said, because a wake is a turn, and a turn costs.
        tell(told is null ? "woken" : $"woken, and its first instructions told ({told.Name})");
    }

    /// <summary>Why a file was written that is not simply new, or another of ours.</summary>
    private static string Why(FileReason reason) =>
        reason is FileReason.New or FileReason.Planted or FileReason.Changed ? "" : $": {PlanViews.Word(reason)}";

    /// <returns>Until when the tokens before a new one hold at the latest; null: none was handed over.</returns>
    private async Task<DateTimeOffset?> FilesAsync(AgentPlan plan, CancellationToken cancel)
    {
        var token = await TokenAsync(plan, cancel);
        var written = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in plan.Files.Where(f => f.Act == FileAct.Write))
        {
            var text = token is null ? file.Text! : TokenText.Fill(file.Text!, token);
            if (await WriteAsync(plan, file, text, cancel))
            {
                written[file.Name] = text;
            }
        }

        foreach (var file in plan.Files.Where(f => f.Act == FileAct.Delete))
        {
            var gone = await gateway.Plane.DeleteAgentFileAsync(Record.Id, file.Name, cancel);
            tell(gone ? $"{file.Name} taken away" : $"{file.Name} stays: the gateway takes no file away");
            Record = Record with { Files = Record.Files.Remove(file.Name) };
        }

        if (written.Count > 0)
        {
            var listed = await gateway.Plane.ListAgentFilesAsync(Record.Id, cancel);
            foreach (var (name, text) in written.Where(w => listed.ContainsKey(w.Key)))
            {
                Record = Remembering.Listed(Record, name, listed[name], Encoding.UTF8.GetByteCount(text));
            }
        }

        return token is null ? null : await HandOverAsync(plan, token, [.. written.Keys], cancel);
    }

    private async Task<string?> TokenAsync(AgentPlan plan, CancellationToken cancel)
    {
        switch (plan.Token)
        {
            case TokenAct.New:
                // Known before it is made: if we end now, the next run ends those before it.
                Record = Record with
                {
                    Handover = true,
                };
                await ports.Store.PutAsync(Record, cancel);
                await ports.Tokens.EndUnprovenAsync(Record.Resident, standing, cancel);
                return await ports.Tokens.MintAsync(Record.Resident, cancel);
            case TokenAct.Standing:
            case TokenAct.Succeeds:
                return standing;
            default:
                return null;
        }
    }

    /// <returns>False: the gateway knows no such file.</returns>
    private async Task<bool> WriteAsync(AgentPlan plan, FilePlan file, string text, CancellationToken cancel)
    {
        var ours = plan.Desired.Files!.First(f => f.Key == file.Name).Value;
        try
        {
            await gateway.Plane.SetAgentFileAsync(Record.Id, file.Name, text, cancel);
        }
        catch (CreelException e) when (e.Fault.Code == "unsupported-file")
        {
            Record = Remembering.Refused(Record, file.Name, ours);
            tell($"{file.Name} not written: the gateway knows no such file");
            return false;
        }

        Record = Remembering.Written(Record, file.Name, file.Text!, ours);
        tell($"{file.Name} written{Why(file.Reason)}");
        return true;
    }

    /// <summary>What stands there is read back and shown to ourselves: only then may those before it end.</summary>
    private async Task<DateTimeOffset?> HandOverAsync(
        AgentPlan plan,
        string token,
        IReadOnlyList<string> written,
        CancellationToken cancel
    )
    {
        DateTimeOffset? until = null;
        var marked = plan.Files.Where(f => written.Contains(f.Name) && TokenText.IsMarked(f.Text!)).Select(f => f.Name).ToList();
        foreach (var name in marked)
        {
            var text = await gateway.Plane.ReadAgentFileAsync(Record.Id, name, cancel) ?? "";
            var found = AgentToken.Find(text, Record.Agent);
            if (!found.Contains(token) || !await ports.Tokens.HoldsAsync(Record.Resident, token, cancel))
            {
                throw new CreelException(
                    Fault.Conflict(
                        "token-unproven",
                        $"the token in {name} of {Record.Agent} is not the one that was written there",
                        "Somebody else writes there too. See it: creel provision --plan --diff"
                    )
                );
            }
        }

        if (Record.Handover && (marked.Count > 0 || plan.Token == TokenAct.Succeeds))
        {
            until = time.GetUtcNow() + AgentToken.Overlap;
            await ports.Tokens.SucceedAsync(Record.Resident, token, until.Value, cancel);
            tell("token handed over");
        }

        Record = Record with { Handover = false };
        return until;
    }
}
