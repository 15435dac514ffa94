using System.Globalization;
using Creel.Core.Habitats.Json5;
using Creel.Core.Provisioning;

namespace Creel.Core.Habitats.Provisioning;

/// <summary>Reads <c>boards</c>, <c>users</c>, and the <c>provision</c> of agents; names that they give one another must be there.</summary>
internal sealed class ProvisioningReader(Findings findings)
{
    private static readonly string[] BoardKeys =
    [
        .. (string[])["name", "type", "objective", "successMetrics", "targetDate", "goalConfirmed", "lead", "user"],
    ];

    private static readonly string[] UserKeys =
    [
        .. (string[])["name", "preferredName", "email", "pronouns", "timezone", "notes", "context"],
    ];

    private static readonly string[] AgentKeys = ["board", "user", "profile", "identityTemplate", "soulTemplate"];

    /// <param name="elsewhere">Those at gateways elsewhere: they have the same boards and users.</param>
    public ProvisioningModel Read(
        Fields top,
        IReadOnlyList<AgentDraft> drafts,
        IReadOnlyList<GatewayAgentDraft> elsewhere,
        TemplatesModel templates
    )
    {
        var ids = drafts.Select(d => d.Id).Concat(elsewhere.Select(d => d.Id)).ToDictionary(id => id.Value);
        var users = Each(top.Object("users"), "a user", UserKeys, User);
        var boards = Each(top.Object("boards"), "a board", BoardKeys, (id, fields) => Board(id, fields, users, ids));
        var parts = new PartReader(boards.Keys, users.Keys, name => templates.Find(name) is not null, findings);
        var agents = elsewhere.ToDictionary(d => d.Id, d => parts.Read(d.Fields));
        foreach (var draft in drafts)
        {
            if (draft.Fields.Object("provision") is { } node)
            {
                KnownKeys.Check(node, "provision", AgentKeys, [], "it belongs to the agent", findings);
                agents[draft.Id] = parts.Read(new Fields(node, findings));
            }
        }

        foreach (var (id, board) in boards)
        {
            if (board.Lead is { } lead && agents.GetValueOrDefault(lead)?.Board != id)
            {
                findings.Error(
                    top.Object("boards")!.Find(id)!.Value.At,
                    elsewhere.Any(d => d.Id == lead)
                        ? $"its lead '{lead}' is not of this board: say board: \"{id}\" on that agent"
                        : $"its lead '{lead}' is not of this board: say provision: {{ board: \"{id}\" }} on that agent"
                );
            }
        }

        return new ProvisioningModel(boards, users, agents) { Templates = templates };
    }

    private Dictionary<string, T> Each<T>(Json5Object? node, string what, string[] keys, Func<string, Fields, T> read)
    {
        var all = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var member in node?.Members ?? [])
        {
            if (!Slug.IsValid(member.Key))
            {
                findings.Error(member.KeyAt, $"{Slug.Quote(member.Key)} is no id of {what}: {AgentId.Rule}");
            }
            else if (member.Value is not Json5Object one)
            {
                findings.Error(member.Value.At, $"must be an object, got {member.Value.Kind}");
            }
            else
            {
                KnownKeys.Check(one, what, keys, [], "it belongs to a group or an agent", findings);
                all[member.Key] = read(member.Key, new Fields(one, findings));
            }
        }

        return all;
    }

    private UserSheet User(string id, Fields fields) =>
        new()
        {
            Name = fields.Text("name"),
            PreferredName = fields.Text("preferredName"),
            Email = fields.Text("email"),
            Pronouns = fields.Text("pronouns"),
            Timezone = fields.Text("timezone"),
            Notes = PartReader.Prose(fields, "notes", findings),
            Context = PartReader.Prose(fields, "context", findings),
        };

    private BoardModel Board(string id, Fields fields, Dictionary<string, UserSheet> users, Dictionary<string, AgentId> ids)
    {
        var metrics = fields.Object("successMetrics");
        var sheet = new BoardSheet
        {
            Id = id,
            Name = fields.Text("name") ?? id,
            Type = fields.Text("type") ?? "goal",
            Objective = PartReader.Prose(fields, "objective", findings),
            SuccessMetrics = PartReader.Element(metrics),
            TargetDate = Date(fields),
            GoalConfirmed = fields.Flag("goalConfirmed") ?? false,
        };
        if (sheet is { GoalConfirmed: true, Type: "goal" } && (sheet.Objective is null || metrics is null))
        {
            findings.Error(fields.PlaceOf("goalConfirmed"), "a confirmed goal needs 'objective' and 'successMetrics'");
        }

        AgentId? lead = null;
        if (fields.Text("lead") is { } named)
        {
            lead = ids.TryGetValue(named, out var known) ? known : null;
            if (lead is null)
            {
                var hint = Spelling.Hint(named, ids.Keys);
                findings.Error(fields.PlaceOf("lead"), $"there is no agent {Slug.Quote(named)}{hint}");
            }
        }

        return new BoardModel(sheet, lead, PartReader.Known(fields, "user", users.Keys, findings));
    }

    private DateTime? Date(Fields fields)
    {
        if (fields.Text("targetDate") is not { } text)
        {
            return null;
        }

        if (DateTime.TryParseExact(text, ["yyyy-MM-dd", "s"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return date;
        }

        findings.Error(fields.PlaceOf("targetDate"), $"{Slug.Quote(text)} is no day, as in 2026-03-01");
        return null;
    }
}
