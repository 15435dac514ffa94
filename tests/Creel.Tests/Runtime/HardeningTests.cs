using System.Net;
using System.Net.Sockets;
using Creel.Core.Isolation;
using Creel.Runtime.Hardening;

namespace Creel.Tests.Runtime;

public sealed class HardeningTests
{
    private const uint Allow = 0x7fff0000;
    private const uint Eperm = 0x00050001;
    private const uint Enosys = 0x00050026;
    private const uint NoFamily = 0x00050061;

    public static TheoryData<string> Architectures => ["x64", "arm64"];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void The_filter_refuses_what_it_should_and_no_more(string architecture)
    {
        var calls = architecture == "x64" ? SystemCalls.X64 : SystemCalls.Arm64;
        uint Verdict(int number, params ulong[] arguments) =>
            Evaluate(CellFilter.For(calls), calls.Architecture, (uint)number, arguments);

        foreach (var number in calls.Refused)
        {
            Verdict(number).ShouldBe(Eperm, $"call {number}");
        }

        Verdict(calls.Clone3).ShouldBe(Enosys);
        Verdict(calls.CloneCall, 0x4111).ShouldBe(Allow); // vfork
        Verdict(calls.CloneCall, 0x3d0f00).ShouldBe(Allow); // a thread
        foreach (var ns in (uint[])[0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000])
        {
            Verdict(calls.CloneCall, ns | 17).ShouldBe(Eperm);
            Verdict(calls.Unshare, ns).ShouldBe(Eperm);
        }

        Verdict(calls.Unshare, 0x400).ShouldBe(Allow); // a table of files of its own
        Verdict(calls.Personality, 0).ShouldBe(Allow);
        Verdict(calls.Personality, 0xffffffff).ShouldBe(Allow);
        Verdict(calls.Personality, 0x0400000).ShouldBe(Eperm);
        Verdict(calls.Ioctl, 0, 0x5412).ShouldBe(Eperm);
        Verdict(calls.Ioctl, 0, 0xffffffff00005412).ShouldBe(Eperm); // the kernel looks at 32 bits, and so do we
        Verdict(calls.Ioctl, 0, 0x5413).ShouldBe(Allow);
        for (var family = 0u; family < 60; family++)
        {
            Verdict(calls.Socket, family).ShouldBe(family is 1 or 2 or 10 or 16 ? Allow : NoFamily, $"family {family}");
            Verdict(calls.SocketPair, family).ShouldBe(family == 1 ? Allow : NoFamily, $"pair of family {family}");
        }

        Verdict(calls.Socket, 16, 3, 0).ShouldBe(Allow); // NETLINK_ROUTE
        for (var protocol = 1u; protocol < 32; protocol++)
        {
            Verdict(calls.Socket, 16, 3, protocol).ShouldBe(NoFamily, $"netlink {protocol}");
        }

        Verdict(calls.Socket, 0xffffffff00000010, 3, 0xffffffff00000006).ShouldBe(NoFamily);
        Verdict(calls.Socket, 2, 1, 6).ShouldBe(Allow);
        Verdict((int)SystemCalls.Newest + 1).ShouldBe(Enosys);
        Enumerable.Range(0, 460).Count(n => Verdict(n, 1) == Allow).ShouldBeGreaterThan(370);
    }

    [Fact]
    public void Another_architectures_numbers_are_refused_and_the_second_table_is_not_there()
    {
        var program = CellFilter.For(SystemCalls.X64);
        Evaluate(program, 0x40000003, 20).ShouldBe(Eperm); // 32-bit calls on a 64-bit machine
        Evaluate(program, 0xC000003E, 0x40000000 + 39).ShouldBe(Enosys);
        Evaluate(program, 0xC000003E, 39).ShouldBe(Allow);
    }

    /// <summary>What the kernel would do with it.</summary>
    private static uint Evaluate(BpfProgram program, uint architecture, uint number, params ulong[] arguments)
    {
        var data = new byte[64];
        BitConverter.TryWriteBytes(data.AsSpan(0), number);
        BitConverter.TryWriteBytes(data.AsSpan(4), architecture);
        for (var i = 0; i < arguments.Length; i++)
        {
            BitConverter.TryWriteBytes(data.AsSpan(16 + (i * 8)), arguments[i]);
        }

        var accumulator = 0u;
        for (var i = 0; ; i++)
        {
            var step = program.Instructions[i];
            switch (step.Code)
            {
                case 0x20:
                    accumulator = BitConverter.ToUInt32(data, (int)step.Constant);
                    break;
                case 0x15:
                    i += accumulator == step.Constant ? step.IfTrue : step.IfFalse;
                    break;
                case 0x35:
                    i += accumulator >= step.Constant ? step.IfTrue : step.IfFalse;
                    break;
                case 0x45:
                    i += (accumulator & step.Constant) != 0 ? step.IfTrue : step.IfFalse;
                    break;
                default:
                    step.Code.ShouldBe((ushort)0x06);
                    return step.Constant;
            }
        }
    }

    [Fact]
    public async Task A_task_can_make_no_namespace_and_mount_nothing_and_ordinary_programs_work()
    {
        await using var cell = await CellFixture.StartAsync();

        (await cell.PrintAsync("grep -E 'NoNewPrivs|Seccomp:' /proc/self/status | tr -d '\\n\\t '")).ShouldBe(
            "NoNewPrivs:1Seccomp:2"
        );
        foreach (
            var command in (string[])
                ["unshare -U true", "unshare -m true", "mount -t tmpfs x /mnt", "nsenter -t 1 -m true", "chroot / true"]
        )
        {
            var response = await cell.RunAsync(new { type = "exec", command });
            response.GetProperty("success").GetBoolean().ShouldBeFalse(command);
        }

        (await cell.RunAsync(new { type = "exec", command = "unshare -U true" }))
            .GetProperty("result")
            .GetProperty("stderr")
            .GetString()!
            .ShouldContain("not permitted");
        (
            await cell.PrintAsync(
                "git init -q r && cd r && git -c user.name=a -c user.email=b commit -q --allow-empty -m c && git log --format=%s"
            )
        ).ShouldBe("c");
        (
            await cell.PrintAsync("(echo a; echo b) | sort -r | head -1 && sh -c 'sleep 0.01 & wait' && date +%Y > /dev/null")
        ).ShouldBe("b");
        foreach (
            var (program, arguments) in ((string, string)[])
                [
                    ("node", "-e 'console.log(6*7)'"),
                    (
                        "python3",
                        "-c 'import subprocess,threading;t=threading.Thread(target=subprocess.call,args=([\"echo\",\"42\"],));t.start();t.join()'"
                    ),
                    ("perl", "-e 'print 42'"),
                ]
        )
        {
            var printed = await cell.PrintAsync(
                $"if command -v {program} >/dev/null; then {program} {arguments}; else echo 42; fi"
            );
            printed.ShouldBe("42", program);
        }

        (
            await cell.PrintAsync(
                "if command -v gcc >/dev/null; then printf 'int main(){return 0;}' > a.c && gcc a.c -o a && ./a; fi; echo built"
            )
        ).ShouldBe("built");
    }

    [Fact]
    public async Task A_task_has_no_sockets_but_of_the_usual_families()
    {
        await using var cell = await CellFixture.StartAsync();
        const string Try =
            "for my $f (0..50) { for my $p ($f==16 ? (0..22) : 0) { for my $t (1,2,3,5) "
            + "{ print \"$f/$p \" if socket(my $s, $f, $t, $p); } } } print \"done\"";
        var got = (await cell.PrintAsync($"perl -e '{Try}'")).Split(' ').Distinct().ToList();

        got.ShouldContain("1/0");
        got.ShouldContain("done");
        got.Where(f => f is not ("1/0" or "2/0" or "10/0" or "16/0" or "done")).ShouldBeEmpty();
        (await cell.PrintAsync("getent hosts localhost; ip link show lo 2>/dev/null || echo lo")).ShouldContain("lo");
    }

    /// <summary>Root may read anything of anybody's, so this is tried by somebody else.</summary>
    [RootFact]
    public async Task A_task_can_not_look_into_its_runtime()
    {
        using var folder = new TestFolder();
        await using var hub = await TestHub.StartAsync(folder["hub.sock"], "bart", folder.Path);
        foreach (var path in (string[])[folder.Path, folder["hub.sock"], Directory.CreateDirectory(folder["state"]).FullName])
        {
            File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32("777", 8));
        }

        using var process = RuntimeProcess.StartUnder(
            ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups", "--inh-caps=-all"],
            [(CellPaths.HubSocketVariable, folder["hub.sock"]), (CellPaths.StateVariable, folder["state"])]
        );
        var connection = await hub.ConnectionAsync();
        foreach (var file in (string[])["environ", "mem", "maps", "fd", "auxv", "root"])
        {
            var response = await connection.RunAsync(
                "bart",
                new { type = "exec", command = $"id -u; head -c 1 /proc/$PPID/{file}; ls /proc/$PPID/{file}/." }
            );
            response.GetProperty("result").GetProperty("stdout").GetString().ShouldBe("54321", file);
            response
                .GetProperty("result")
                .GetProperty("stderr")
                .GetString()!
                .ShouldContain("Permission denied", Case.Sensitive, file);
        }
    }

    [Fact]
    public async Task Whatever_a_task_puts_in_the_place_of_the_runtimes_files_the_next_one_starts_and_no_task_runs_twice()
    {
        await using var cell = await CellFixture.StartAsync();
        await cell.PrintAsync("echo ran >>count");
        var state = cell.State;
        cell.Process.KillHard();
        foreach (var name in new[] { "journal", "journal.new", "journal.old", "runtime.log", "runtime.log.1", "lock" })
        {
            File.Delete(Path.Combine(state, name));
            await RunAsync("mkfifo", Path.Combine(state, name));
        }

        await cell.RestartAsync();
        (await cell.PrintAsync("cat count")).ShouldBe("ran");

        cell.Process.KillHard();
        foreach (var name in new[] { "journal", "runtime.log", "lock" })
        {
            File.Delete(Path.Combine(state, name));
            Directory.CreateDirectory(Path.Combine(state, name));
        }

        await cell.RestartAsync();
        (await cell.PrintAsync("cat count")).ShouldBe("ran");

        var home = Path.Combine(state, "home");
        foreach (var put in new Action[] { () => File.WriteAllText(home, ""), () => File.CreateSymbolicLink(home, "nowhere") })
        {
            cell.Process.KillHard();
            Directory.Delete(home, recursive: true);
            put();
            await cell.RestartAsync();
            (await cell.PrintAsync("cat count")).ShouldBe("ran");
        }
    }

    [Fact]
    public async Task A_pipe_in_the_place_of_a_file_holds_no_task_up()
    {
        await using var cell = await CellFixture.StartAsync();
        await cell.PrintAsync("mkfifo pipe");
        foreach (
            var task in new object[]
            {
                new { type = "file:read", filePath = "pipe" },
                new
                {
                    type = "file:write",
                    filePath = "pipe",
                    content = "x",
                },
            }
        )
        {
            var response = await cell.RunAsync(task).WaitAsync(TimeSpan.FromSeconds(60));
            response.TryGetProperty("state", out _).ShouldBeTrue();
        }

        (await cell.PrintAsync("test -p pipe && echo still a pipe")).ShouldBe("still a pipe");
    }

    [Fact]
    public async Task Thousands_of_clients_of_the_relay_that_say_nothing_or_nonsense_delay_no_task()
    {
        var port = FreePort();
        await using var cell = await CellFixture.StartAsync((CellPaths.RelayPortVariable, $"{port}"));
        var clients = new List<Socket>();
        try
        {
            for (var i = 0; i < 2000; i++)
            {
                var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
                clients.Add(client);
                try
                {
                    await client.ConnectAsync(IPAddress.Loopback, port).WaitAsync(TimeSpan.FromMilliseconds(i < 700 ? 5000 : 1));
                    client.Send(
                        i % 3 == 0 ? [0x16, 3, 1]
                        : i % 3 == 1 ? "GET /creel/x HT"u8
                        : [0xff]
                    );
                }
                catch (Exception e) when (e is SocketException or TimeoutException)
                {
                    // It takes no more of them.
                }
            }

            for (var i = 0; i < 5; i++)
            {
                (await cell.PrintAsync("echo quick").WaitAsync(TimeSpan.FromSeconds(60))).ShouldBe("quick");
            }

            Directory.GetFiles($"/proc/{cell.Process.Pid}/fd").Length.ShouldBeLessThan(1400);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        await Eventually.Until(
            async () => (await http.GetAsync($"http://127.0.0.1:{port}/creel/me")).IsSuccessStatusCode,
            TimeSpan.FromMinutes(2)
        );
    }

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        await process.WaitForExitAsync();
    }

    [Fact]
    public async Task A_task_inherits_no_file_of_the_runtime()
    {
        await using var cell = await CellFixture.StartAsync();
        (await cell.PrintAsync("ls /proc/self/fd | tr '\\n' ' '")).ShouldBe("0 1 2 3"); // 3 is the folder that ls reads
    }

    [Fact]
    public async Task In_a_machine_of_its_own_rights_are_kept()
    {
        await using var cell = await CellFixture.StartAsync(("CREEL_PRIVILEGES", "keep"));
        (await cell.PrintAsync("grep NoNewPrivs /proc/self/status | tr -d '\\t'")).ShouldBe("NoNewPrivs:0");
    }
}
