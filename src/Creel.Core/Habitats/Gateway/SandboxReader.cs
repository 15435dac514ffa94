using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Gateway;

/// <summary>An agent's sandbox over that of all, field by field.</summary>
internal static class SandboxReader
{
    public static SandboxModel Read(Json5Object? wide, Json5Object? own)
    {
        // The older word: one for each session, or one for all.
        var older = own.Flag("perSession") ?? wide.Flag("perSession");
        return new SandboxModel
        {
            Written = wide is not null || own is not null,
            Mode = own.Word("mode") ?? wide.Word("mode"),
            Scope =
                own.Word("scope")
                ?? wide.Word("scope")
                ?? (
                    older is null ? null
                    : older.Value ? "session"
                    : "shared"
                ),
            WorkspaceAccess = own.Word("workspaceAccess") ?? wide.Word("workspaceAccess"),
            SessionToolsVisibility =
                own.Word("sessionToolsVisibility")
                ?? wide.Word("sessionToolsVisibility")
                ?? new SandboxModel().SessionToolsVisibility,
        };
    }
}
