namespace Creel.EndToEnd.Harness;

/// <summary>The container whose first process is systemd, and the folder that both see under one path.</summary>
public static class SystemdContainer
{
    public static string? Name =>
        Environment.GetEnvironmentVariable("CREEL_SYSTEMD_CONTAINER") is { Length: > 0 } name ? name : null;

    public static string Work =>
        Path.Combine(Environment.GetEnvironmentVariable("CREEL_SUBSTRATE_DIR") ?? "/var/tmp/creel-substrates", "systemd-work");

    /// <summary>
    /// Brings a habitat up by a <c>creel serve</c> of its own in the container, runs one command, and takes all of it down.
    /// </summary>
    public static async Task<CommandResult> CreelAsync(string habitat, params string[] arguments)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Work, $"e2e-{Guid.NewGuid():N}")).FullName;
        try
        {
            foreach (var file in Directory.EnumerateFiles(Published.Folder))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }

            await File.WriteAllTextAsync(Path.Combine(folder, "habitat.json5"), habitat);
            await File.WriteAllTextAsync(Path.Combine(folder, "run"), Script);
            string[] all = ["exec", Name!, "sh", Path.Combine(folder, "run"), folder, .. arguments];
            return await Published.RunAsync("docker", folder, all);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private const string Script = """
        PATH=$PATH:/usr/sbin:/usr/bin; folder=$1; shift
        export CREEL_HOME=$(mktemp -d /tmp/creel-e2e-XXXXXX) DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
        "$folder/creel" serve --http-port 0 --ws-port 0 --gateway-port 0 >"$CREEL_HOME/log" 2>&1 &
        serve=$!
        tries=0
        until [ -f "$CREEL_HOME/serve.json" ] || [ $tries -gt 200 ]; do sleep 0.1; tries=$((tries + 1)); done
        "$folder/creel" up "$folder/habitat.json5" --yes >&2
        "$folder/creel" "$@"
        code=$?
        "$folder/creel" down --yes --delete-workspaces >&2
        kill $serve
        wait $serve
        rm -rf "$CREEL_HOME"
        exit $code
        """;
}
