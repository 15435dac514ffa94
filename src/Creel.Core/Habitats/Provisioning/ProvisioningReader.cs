using System.Globalization;
using System.Text.Json;
using Creel.Core.Habitats.Json5;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Templates;

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

    public ProvisioningModel Read(Fields top, IReadOnlyList<AgentDraft> drafts)
    {
        var users = Each(top.Object("users"), "a user", UserKeys, User);
        var boards = Each(top.Object("boards"), "a board", BoardKeys, (id, fields) => Board(id, fields, users, drafts));
        var agents = new Dictionary<AgentId, ProvisionedModel>();
        foreach (var draft in drafts)
        {
            if (draft.Fields.Object("provision") is { } node)
            {
                KnownKeys.Check(node, "provision", AgentKeys, [], "it belongs to the agent", findings);
                agents[draft.Id] = Agent(new Fields(node, findings), boards, users);
            }
        }

        foreach (var (id, board) in boards)
        {
            if (board.Lead is { } lead && agents.GetValueOrDefault(lead)?.Board != id)
            {
                findings.Error(
                    top.Object("boards")!.Find(id)!.Value.At,
                    $"its lead '{lead}' is not of this board: say provision: {{ board: \"{id}\" }} on that agent"
                );
            }
        }

        return new ProvisioningModel(boards, users, agents);
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
            Notes = Prose(fields, "notes"),
            Context = Prose(fields, "context"),
        };

    private BoardModel Board(string id, Fields fields, Dictionary<string, UserSheet> users, IReadOnlyList<AgentDraft> drafts)
    {
        var metrics = fields.Object("successMetrics");
        var sheet = new BoardSheet
        {
            Id = id,
            Name = fields.Text("name") ?? id,
            Type = fields.Text("type") ?? "goal",
            Objective = Prose(fields, "objective"),
            SuccessMetrics = Element(metrics),
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
            lead = drafts.FirstOrDefault(d => d.Id.Value == named)?.Id;
            if (lead is null)
            {
                var hint = Spelling.Hint(named, drafts.Select(d => d.Id.Value));
                findings.Error(fields.PlaceOf("lead"), $"there is no agent {Slug.Quote(named)}{hint}");
            }
        }

        return new BoardModel(sheet, lead, Known(fields, "user", users.Keys));
    }

    private ProvisionedModel Agent(Fields fields, Dictionary<string, BoardModel> boards, Dictionary<string, UserSheet> users) =>
        new()
        {
            Board = Known(fields, "board", boards.Keys),
            User = Known(fields, "user", users.Keys),
            Profile = Element(fields.Object("profile")),
            IdentityTemplate = Source(fields, "identityTemplate"),
            SoulTemplate = Source(fields, "soulTemplate"),
        };

    /// <summary>A template is wrong where it is written, not when an agent is made of it.</summary>
    private string? Source(Fields fields, string key)
    {
        var source = Prose(fields, key);
        if (source is not null && Template.Read(key, source).Problem is { } problem)
        {
            var fault = problem.ToFault();
            findings.Error(fields.PlaceOf(key), fault.ToString());
        }

        return source;
    }

    /// <summary>A text of several lines, if need be.</summary>
    private string? Prose(Fields fields, string key)
    {
        if (fields.Any(key) is { } value and not Json5String)
        {
            findings.Error(value.At, $"must be a string, got {value.Kind}");
        }

        return (fields.Any(key) as Json5String)?.Value;
    }

    private string? Known(Fields fields, string key, IReadOnlyCollection<string> there)
    {
        var name = fields.Text(key);
        if (name is null || there.Contains(name))
        {
            return name;
        }

        findings.Error(fields.PlaceOf(key), $"there is no {key} {Slug.Quote(name)}{Spelling.Hint(name, there)}");
        return null;
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

    private static JsonElement? Element(Json5Object? node) =>
        node is null ? null : JsonDocument.Parse(Json5Text.Write(node)).RootElement;
}
