namespace Creel.Runtime;

/// <summary>Variables beyond those of <see cref="Core.Isolation.CellPaths"/>, for a runtime that has no hub socket.</summary>
internal static class RuntimeVariables
{
    /// <summary>ws:// or wss://, for a machine that can't share a socket.</summary>
    public const string HubUrl = "CREEL_HUB_URL";

    /// <summary>A file with the agent's token: a secret is in no variable, since every task inherits those.</summary>
    public const string TokenFile = "CREEL_TOKEN_FILE";

    /// <summary>Read by the runtime over a URL; set by it for tasks.</summary>
    public const string Agent = "CREEL_AGENT";

    /// <summary><c>keep</c>: no no_new_privs and no filter, in a machine of its own.</summary>
    public const string Privileges = "CREEL_PRIVILEGES";

    /// <summary>The older runtime's configuration file.</summary>
    public const string AgentConfig = "AGENT_CONFIG";

    /// <summary>Set for tasks: the agent's API on the relay.</summary>
    public const string Api = "CREEL_API";

    /// <summary>Set for a brain: the conversation that the message belongs to.</summary>
    public const string SessionKey = "CREEL_SESSION_KEY";
}
