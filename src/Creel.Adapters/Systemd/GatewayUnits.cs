using System.Globalization;
using System.Text;
using Creel.Core.Habitats;
using Creel.Core.Isolation;
using Creel.Core.Rendering;

namespace Creel.Adapters.Systemd;

/// <summary>The hardened units of a group: its gateway, and the door to it where that has a network of its own.</summary>
public static class GatewayUnits
{
    /// <param name="folder">The output folder, absolute: the units name the files in it.</param>
    /// <param name="marker">The line that every generated file begins with.</param>
    /// <exception cref="Core.CreelException">A path can't stand in a unit.</exception>
    public static IEnumerable<OutputFile> Of(
        RenderDesign design,
        RenderedGroup group,
        RenderOptions options,
        string folder,
        string marker
    )
    {
        yield return File($"openclaw-{group.Id}.service", marker, Gateway(design, group, options, folder));
        if (group.HasDoor)
        {
            yield return File($"openclaw-{group.Id}.socket", marker, Socket(group));
            yield return File($"openclaw-{group.Id}.door.service", marker, Door(group));
        }
    }

    /// <summary>The folder in which a group's gateway keeps everything.</summary>
    public static string StateFolder(RenderedGroup group) => $"/var/lib/openclaw/{group.Id}";

    private static IEnumerable<string> Gateway(RenderDesign design, RenderedGroup group, RenderOptions options, string folder)
    {
        var own = $"{folder}/{group.Id}";
        var state = StateFolder(group);
        var unit = $"openclaw-{group.Id}.service";
        string[] head =
        [
            "[Unit]",
            $"Description=OpenClaw gateway of the group {group.Id} ({UnitWords.Text(design.Habitat.Name)})",
            "After=network.target",
            "StartLimitIntervalSec=1800",
            "StartLimitBurst=5",
            "",
            "[Service]",
            "Type=exec",
            $"User={options.User ?? GatewayUsers.Of(group)}",
            $"StateDirectory=openclaw/{group.Id}",
            "StateDirectoryMode=0700",
            $"WorkingDirectory={state}",
            $"LoadCredential=openclaw.session.json:{UnitWords.Path($"{own}/openclaw.session.json")}",
            $"EnvironmentFile={UnitWords.Path($"{own}/group.env")}",
            $"EnvironmentFile={UnitWords.Path($"{own}/keys.env")}",
            $"Environment=HOME={state}",
            "Environment=NODE_ENV=production",
            "Environment=PATH=/usr/local/bin:/usr/bin:/bin",
            $"Environment=OPENCLAW_CONFIG_PATH=/run/credentials/{unit}/openclaw.session.json",
            $"Environment=OPENCLAW_STATE_DIR={state}",
            $"ExecStart={Program(options)} gateway --bind loopback --port {Number(group.Port)}",
            "Restart=on-failure",
            "RestartSec=10",
            "RestartPreventExitStatus=2 78",
            "TimeoutStartSec=180",
        ];
        return
        [
            .. head,
            .. Limits(group.Limits),
            .. Network(group),
            .. Folders(design, group),
            .. UnitHardening.Lines,
            "",
            "[Install]",
            "WantedBy=multi-user.target",
        ];
    }

    /// <summary>In a command line '$' begins a variable.</summary>
    private static string Program(RenderOptions options) =>
        UnitWords.Word(options.Program).Replace("$", "$$", StringComparison.Ordinal);

    private static IEnumerable<string> Limits(ResourceLimits limits)
    {
        if (limits.Memory is { } memory)
        {
            yield return $"MemoryMax={Number((long)memory.Value)}";
            yield return "MemorySwapMax=0";
        }

        if (limits.Cpu is { } cpu)
        {
            yield return $"CPUQuota={Number(Math.Max(1, (long)Math.Round(cpu.Value * 100)))}%";
        }

        if (limits.Pids is { } pids)
        {
            yield return $"TasksMax={Number((long)pids.Value)}";
        }
    }

    /// <summary>Netlink is how Node learns which addresses there are; without it the gateway does not start.</summary>
    private static IEnumerable<string> Network(RenderedGroup group)
    {
        yield return "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK";
        if (group.Network != NetworkMode.Host)
        {
            yield return "PrivateNetwork=yes";
            yield return "IPAddressDeny=any";
            yield return "IPAddressAllow=localhost";
        }
    }

    private static IEnumerable<string> Folders(RenderDesign design, RenderedGroup group)
    {
        var written = group.Agents.Select(a => a.Workspace).OfType<string>().Select(w => new SharedPath(w, Writable: true));
        var bound = written.Concat(design.Habitat.SharedPaths).DistinctBy(p => p.Path).ToList();

        // What is bound from a home is seen; the rest of all homes is not.
        yield return bound.Count == 0 ? "ProtectHome=yes" : "ProtectHome=tmpfs";
        foreach (var path in bound)
        {
            yield return $"{(path.Writable ? "BindPaths" : "BindReadOnlyPaths")}={UnitWords.Word(path.Path)}";
            if (path.Writable)
            {
                yield return $"ReadWritePaths={UnitWords.Word(path.Path)}";
            }
        }
    }

    private static string[] Socket(RenderedGroup group) =>
        [
            "[Unit]",
            $"Description=Port of the OpenClaw gateway of the group {group.Id}",
            "",
            "[Socket]",
            $"ListenStream=127.0.0.1:{Number(group.Port)}",
            $"Service=openclaw-{group.Id}.door.service",
            "",
            "[Install]",
            "WantedBy=sockets.target",
        ];

    /// <summary>It joins the gateway's network, so that it can hand on what comes to the port; the gateway joins nothing.</summary>
    private static string[] Door(RenderedGroup group) =>
        [
            "[Unit]",
            $"Description=Door to the OpenClaw gateway of the group {group.Id}",
            $"Requires=openclaw-{group.Id}.service openclaw-{group.Id}.socket",
            $"After=openclaw-{group.Id}.service openclaw-{group.Id}.socket",
            $"JoinsNamespaceOf=openclaw-{group.Id}.service",
            "",
            "[Service]",
            "Type=notify",
            "DynamicUser=yes",
            $"ExecStart=/usr/lib/systemd/systemd-socket-proxyd 127.0.0.1:{Number(group.Port)}",
            "MemoryMax=64M",
            "TasksMax=16",
            "RestrictAddressFamilies=AF_UNIX AF_INET",
            "PrivateNetwork=yes",
            "IPAddressDeny=any",
            "IPAddressAllow=localhost",
            "ProtectHome=yes",
            .. UnitHardening.Lines,
        ];

    private static OutputFile File(string name, string marker, IEnumerable<string> lines)
    {
        var text = new StringBuilder($"# {marker}\n");
        foreach (var line in lines)
        {
            text.Append(line).Append('\n');
        }

        return new OutputFile(name, text.ToString(), OutputFile.Open);
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
