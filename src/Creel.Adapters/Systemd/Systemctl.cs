using System.ComponentModel;
using System.Diagnostics;
using Creel.Adapters.Linux;
using Creel.Core;

namespace Creel.Adapters.Systemd;

/// <summary>The systemd that Creel's user may command: the machine's as root, else that user's own.</summary>
internal sealed class Systemctl(SystemdOptions options)
{
    private string? version;

    /// <summary>The folder that systemd gives a user's own files; null as root, and where there is none.</summary>
    public static string? UserRun { get; } =
        UnixUser.IsRoot
            ? null
            : new[] { Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR"), $"/run/user/{UnixUser.Current.Uid}" }.FirstOrDefault(
                folder => !string.IsNullOrEmpty(folder) && Directory.Exists(folder)
            );

    /// <summary>Where Creel writes units: emptied when the machine starts, as a cell is.</summary>
    public static string UnitFolder =>
        UnixUser.IsRoot ? "/run/systemd/system" : Path.Combine(UserRun ?? "/nonexistent", "systemd", "user");

    /// <summary>Why there is none to command; null where there is.</summary>
    public Fault? Absence()
    {
        if (HostTools.Find(options.Program) is null)
        {
            return Fault.Missing(
                "systemd",
                $"systemd is not installed: there is no program {options.Program}",
                "apt-get install systemd"
            );
        }

        if (UnixUser.IsRoot)
        {
            return Directory.Exists("/run/systemd/system")
                ? null
                : Fault.Missing(
                    "systemd",
                    "systemd is not the first process of this machine",
                    "Start the machine with systemd; or let bubblewrap make the sessions, as it does where neither a driver nor --profile contract asks for systemd"
                );
        }

        return UserRun is { } run && File.Exists(Path.Combine(run, "systemd", "private"))
            ? null
            : Fault.Missing(
                "systemd",
                $"no systemd runs for the user {Environment.UserName}",
                $"As root: loginctl enable-linger {Environment.UserName}"
            );
    }

    public Task<ToolAnswer> AskAsync(CancellationToken cancel, params IEnumerable<string> arguments) =>
        RunAsync(HostTools.Need(options.Program, "systemd"), [.. Scope, "--no-ask-password", "--no-pager", .. arguments], cancel);

    /// <exception cref="CreelException">systemd said no, or could not be reached.</exception>
    public async Task<string> DoAsync(CancellationToken cancel, params string[] arguments)
    {
        var answer = await AskAsync(cancel, arguments).ConfigureAwait(false);
        return answer.Code == 0
            ? answer.Output
            : throw new CreelException(
                Fault.Unavailable("systemd", $"systemctl {arguments[0]} failed: {CellFiles.LastLine(answer.Error)}")
            );
    }

    /// <summary>As systemd says it: <c>252.39-1~deb12u2</c>.</summary>
    /// <exception cref="CreelException">It could not be reached.</exception>
    public async Task<string> VersionAsync(CancellationToken cancel) =>
        version ??= (await DoAsync(cancel, "show", "--property=Version", "--value").ConfigureAwait(false)).Trim();

    public async Task<UnitState> ShowAsync(string unit, CancellationToken cancel) =>
        UnitState.Parse(await DoAsync(cancel, "show", "--property=" + UnitState.Properties, "--", unit).ConfigureAwait(false));

    /// <summary>Runs another of systemd's programs, told the same scope.</summary>
    public static Task<ToolAnswer> OtherAsync(string program, CancellationToken cancel, params IEnumerable<string> arguments) =>
        RunAsync(HostTools.Need(program, "systemd"), [.. Scope, .. arguments], cancel);

    /// <summary>A program of the host with a plain environment, to its end; killed where <paramref name="cancel"/> ends it.</summary>
    public static async Task<ToolAnswer> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancel)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        info.Environment.Clear();
        info.Environment["PATH"] = HostTools.SearchPath;
        info.Environment["LANG"] = "C.UTF-8";
        if (UserRun is { } run)
        {
            info.Environment["XDG_RUNTIME_DIR"] = run;
        }

        try
        {
            using var process = Process.Start(info)!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
            try
            {
                await process.WaitForExitAsync(cancel).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                throw;
            }

            return new ToolAnswer(process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
        }
        catch (Win32Exception e)
        {
            return new ToolAnswer(127, "", e.Message);
        }
    }

    private static string[] Scope => UnixUser.IsRoot ? [] : ["--user"];
}

/// <summary>What a program of the host came to.</summary>
internal sealed record ToolAnswer(int Code, string Output, string Error);
