using System.Globalization;
using System.Text.Json;
using Creel.Core.Provisioning.Templates;

namespace Creel.Core.Provisioning;

/// <summary>What templates are rendered with: texts by name.</summary>
/// <param name="baseUrl">Where agents reach whoever provisions them; null or empty: not known.</param>
public sealed class Contexts(ProvisioningMode mode, AgentKeys keys, string? baseUrl)
{
    private const string NoBaseUrl = "REPLACE_WITH_BASE_URL";

    private static readonly Lazy<IReadOnlySet<string>> All = new(Every);

    /// <summary>What any agent's templates know, whatever it is.</summary>
    public static IReadOnlySet<string> Names => All.Value;

    /// <summary>Of an agent of a board.</summary>
    /// <exception cref="CreelException">The gateway, which is elsewhere, has no root for workspaces.</exception>
    public IReadOnlyDictionary<string, string> Board(
        AgentSheet agent,
        BoardSheet board,
        GatewaySheet gateway,
        string token,
        UserSheet? user
    )
    {
        var context = Common(agent, gateway, token, user);
        if (mode == ProvisioningMode.Seed || gateway.Url.Length > 0 || !string.IsNullOrEmpty(gateway.WorkspaceRoot))
        {
            context["workspace_path"] = keys.Workspace(agent, gateway.WorkspaceRoot);
        }

        context["board_id"] = board.Id;
        context["board_name"] = board.Name;
        context["board_type"] = board.Type;
        context["board_objective"] = board.Objective ?? "";
        context["board_success_metrics"] = Metrics(board.SuccessMetrics);
        context["board_target_date"] = board.TargetDate is { } date ? Date(date) : "";
        context["board_goal_confirmed"] = Word(board.GoalConfirmed);
        context["is_board_lead"] = Word(agent.IsLead);
        return context;
    }

    /// <summary>Of a gateway's main agent. It knows of no board.</summary>
    public IReadOnlyDictionary<string, string> Main(AgentSheet agent, GatewaySheet gateway, string token, UserSheet? user)
    {
        var context = Common(agent, gateway, token, user);
        if (mode == ProvisioningMode.Ours)
        {
            context["is_main_agent"] = "true";
            context["is_board_lead"] = "false";
        }

        return context;
    }

    /// <summary>Of an agent that has neither a board nor a gateway of its own.</summary>
    public IReadOnlyDictionary<string, string> Standalone(AgentSheet agent, GatewaySheet gateway, string token, UserSheet? user)
    {
        var context = Common(agent, gateway, token, user);
        context["is_board_lead"] = "false";
        if (!string.IsNullOrEmpty(gateway.WorkspaceRoot) || !string.IsNullOrEmpty(agent.Workspace))
        {
            context["workspace_path"] = keys.Workspace(agent, gateway.WorkspaceRoot);
        }

        return context;
    }

    private static HashSet<string> Every()
    {
        var contexts = new Contexts(ProvisioningMode.Ours, new AgentKeys(ProvisioningMode.Ours), "http://127.0.0.1/creel");
        var agent = new AgentSheet { Id = "x", Name = "x" };
        var gateway = new GatewaySheet
        {
            Id = "x",
            Name = "x",
            WorkspaceRoot = "/x",
        };
        return
        [
            .. contexts.Board(agent, new BoardSheet { Id = "x", Name = "x" }, gateway, "", null).Keys,
            .. contexts.Main(agent, gateway, "", null).Keys,
            .. contexts.Standalone(agent, gateway, "", null).Keys,
        ];
    }

    private Dictionary<string, string> Common(AgentSheet agent, GatewaySheet gateway, string token, UserSheet? user)
    {
        var context = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["agent_name"] = agent.Name,
            ["agent_id"] = agent.Id,
            ["session_key"] = mode == ProvisioningMode.Seed ? agent.SessionKey ?? "" : keys.Session(agent),
            ["base_url"] = string.IsNullOrEmpty(baseUrl) ? NoBaseUrl : BaseUrl(baseUrl),
            ["auth_token"] = token,
            ["main_session_key"] = keys.MainSession(gateway.Id),
            ["workspace_root"] = gateway.WorkspaceRoot ?? "",
            ["user_name"] = UserName(user),
            ["user_preferred_name"] = PreferredName(user),
            ["user_pronouns"] = user?.Pronouns ?? "",
            ["user_timezone"] = user?.Timezone ?? "",
            ["user_notes"] = user?.Notes ?? "",
            ["user_context"] = user?.Context ?? "",
        };
        if (mode == ProvisioningMode.Ours)
        {
            context["is_main_agent"] = "false";
        }

        foreach (var (key, value) in IdentityKeys.Of(agent.Identity))
        {
            context[key] = value;
        }

        return context;
    }

    private string BaseUrl(string url) => mode == ProvisioningMode.Seed ? url : url.TrimEnd('/');

    private string UserName(UserSheet? user) =>
        mode == ProvisioningMode.Ours && string.IsNullOrWhiteSpace(user?.Name) ? user?.Email ?? "" : user?.Name ?? "";

    /// <summary>Its first word. The original ends where there is a name without a word.</summary>
    private string PreferredName(UserSheet? user)
    {
        var word = PythonSpace.FirstWord(user?.PreferredName ?? "");
        if (mode == ProvisioningMode.Ours)
        {
            return word.Length > 0 ? word
                : PythonSpace.FirstWord(user?.Name ?? "") is { Length: > 0 } first ? first
                : (user?.Email ?? "").Split('@')[0];
        }

        return word.Length == 0 && !string.IsNullOrEmpty(user?.PreferredName)
            ? throw new CreelException(
                Fault.Invalid("preferred-name", "list index out of range", "give the user a preferred name that has a word in it")
            )
            : word;
    }

    private static string Metrics(JsonElement? metrics) =>
        metrics is { } said && !IsNothing(said) ? PythonJson.Write(said) : "{}";

    /// <summary>What Python counts as false.</summary>
    private static bool IsNothing(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => !value.EnumerateObject().Any(),
            JsonValueKind.Array => value.GetArrayLength() == 0,
            JsonValueKind.String => value.GetString()!.Length == 0,
            JsonValueKind.Number => value.GetDouble() == 0,
            var kind => kind != JsonValueKind.True,
        };

    /// <summary>To the microsecond, where it has any.</summary>
    private static string Date(DateTime date)
    {
        var micros = date.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond;
        return date.ToString(micros == 0 ? "yyyy-MM-ddTHH:mm:ss" : "yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture);
    }

    private static string Word(bool value) => value ? "true" : "false";
}
