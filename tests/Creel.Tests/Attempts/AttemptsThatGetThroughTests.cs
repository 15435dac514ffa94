using System.Net;
using System.Net.Sockets;
using System.Text;
using Creel.Core.Link;
using Creel.Runtime.Attempts;
using Creel.Tests.Habitats;

namespace Creel.Tests.Attempts;

/// <summary>An attempt that never gets through would prove nothing: each is made where nothing stands in its way.</summary>
[Collection(nameof(Alone))]
public sealed class AttemptsThatGetThroughTests : IDisposable
{
    /// <summary>Another one each time: two runs of these tests on one machine must not find each other's.</summary>
    private static readonly string Word = Convert.ToHexStringLower(
        System.Security.Cryptography.RandomNumberGenerator.GetBytes(8)
    );

    private const string Secret = "the-secret";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("creel-attempts-");

    private string SecretFile => Path.Combine(folder.FullName, "secret");

    public AttemptsThatGetThroughTests() => File.WriteAllText(SecretFile, Secret);

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("host.home-secret")]
    [InlineData("host.home-list")]
    [InlineData("naming.parent-path")]
    [InlineData("naming.file-task")]
    [InlineData("naming.symlink")]
    [InlineData("naming.hard-link")]
    [InlineData("naming.shared-write")]
    [InlineData("naming.shared-parent")]
    [InlineData("naming.shared-link")]
    [InlineData("privilege.filter")]
    [InlineData("privilege.personality")]
    [InlineData("network.kernel-events")]
    [InlineData("resource.disk")]
    public void What_lies_open_is_found(string id) => Within(folder.FullName, () => Through(id, Order(id)));

    [Fact]
    [Shows("network.host-loopback")]
    public void A_service_on_the_loopback_is_reached()
    {
        using var listener = Listen();
        Through("network.host-loopback", Order() with { HostPort = ((IPEndPoint)listener.LocalEndPoint!).Port });
    }

    [Fact]
    public void A_service_that_does_not_know_the_secret_is_another_one()
    {
        using var listener = Listen();
        var order = Order() with { HostPort = ((IPEndPoint)listener.LocalEndPoint!).Port, Secret = "another" };
        AttemptProgram.Try("network.host-loopback", order).Held.ShouldBe(true);
    }

    [Theory]
    [InlineData("neighbour.files-read")]
    [InlineData("neighbour.files-list")]
    [InlineData("neighbour.files-write")]
    [InlineData("neighbour.tmp")]
    [InlineData("neighbour.shared-memory")]
    [InlineData("neighbour.abstract-socket")]
    [InlineData("neighbour.segment")]
    [InlineData("neighbour.queue")]
    [InlineData("network.neighbour-loopback")]
    public async Task A_decoy_without_walls_is_reached(string id)
    {
        var input = new StringChannel($$"""{"secret":"{{Secret}}","loopback":true}""");
        var output = new FirstLine();
        var before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = folder.FullName;
        try
        {
            var decoy = Task.Run(() => Decoy.RunAsync(Word, input, output));
            try
            {
                var said = await output.Said.WaitAsync(TimeSpan.FromSeconds(30));
                var facts = System.Text.Json.JsonSerializer.Deserialize(said, LinkJson.Default.DecoyFacts)!;
                Through(id, Order() with { Neighbour = Neighbour(facts) });
            }
            finally
            {
                // Or it stands in the way of the next one's.
                input.End();
                (await decoy).ShouldBe(0);
            }
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }

        File.Exists($"/tmp/{Decoy.Name(Word)}").ShouldBeFalse();
        File.Exists($"/dev/shm/{Decoy.Name(Word)}").ShouldBeFalse();
    }

    [Theory]
    [InlineData("neighbour.process-see")]
    [InlineData("neighbour.process-signal")]
    [InlineData("neighbour.process-environ")]
    [InlineData("neighbour.process-memory")]
    [InlineData("neighbour.process-vm")]
    [InlineData("neighbour.process-root")]
    [InlineData("neighbour.process-cwd")]
    [InlineData("neighbour.process-files")]
    [InlineData("neighbour.process-descriptor")]
    [InlineData("neighbour.process-limits")]
    public void A_process_without_walls_is_reached(string id)
    {
        using var process = System.Diagnostics.Process.Start("/bin/sh", ["-c", "sleep 100; :", Word]);
        try
        {
            Through(id, Order() with { Neighbour = Neighbour(new DecoyFacts(0, 1, [])) });
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public void A_program_that_is_set_user_ID_counts_where_there_is_one() =>
        // Where there is none, or it would help nobody, there is nothing to compare with.
        AttemptProgram.Try("privilege.setuid-programs", Order()).Evidence.ShouldNotBeEmpty();

    /// <summary>On a busy machine one try may show nothing; it is never taken for a wall.</summary>
    [Theory]
    [InlineData("naming.shared-race")]
    [InlineData("resource.cpu")]
    public void What_takes_a_machine_that_is_not_busy_gets_through_when_it_is_not(string id) =>
        Within(
            folder.FullName,
            () =>
            {
                var order = Order(id) with { Limits = new AttemptLimits(Cpu: 0.1) };
                var tries = Enumerable.Range(0, 10).Select(_ => AttemptProgram.Try(id, order));
                var outcome = Enumerable.First(tries.SkipWhile(t => t.Held is null).DefaultIfEmpty(Outcome.Untried("ten times")));
                outcome.Held.ShouldBe(false, $"{id}: {outcome.Evidence}");
            }
        );

    [Fact]
    [Shows("resource.processes")]
    public void More_processes_than_a_limit_run_where_nobody_enforces_it() =>
        Through("resource.processes", Order() with { Limits = new AttemptLimits(Processes: 4) });

    [Fact]
    [Shows("resource.memory")]
    public void More_memory_than_a_limit_is_had_where_nobody_enforces_it() =>
        Within(
            folder.FullName,
            () =>
            {
                var score = File.ReadAllText("/proc/self/oom_score_adj");
                Through("resource.memory", Order() with { Limits = new AttemptLimits(Memory: 1 << 20) });
                File.WriteAllText("/proc/self/oom_score_adj", score);
            }
        );

    [Fact]
    public void A_refusal_shows_that_somebody_is_there()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        // Bound, and not listening.
        Reach.Answer(IPAddress.Loopback, ((IPEndPoint)socket.LocalEndPoint!).Port).Held.ShouldBe(false);
    }

    [Fact]
    public void Who_has_an_address_of_the_host_itself_is_not_apart_from_it()
    {
        var own = Decoy.OwnAddresses();
        if (own.Count > 0)
        {
            Through("network.host-addresses", Order() with { HostAddresses = [own[0]], HostPort = 1 });
        }
    }

    [Theory]
    [InlineData("agent.4711")]
    [InlineData("bus")]
    [InlineData("x.sock")]
    public void A_socket_is_found_by_what_it_is_and_not_by_its_name(string name)
    {
        using var service = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        service.Bind(new UnixDomainSocketEndPoint(Path.Combine(folder.FullName, name)));
        service.Listen();
        HostFiles.FindSockets(Order(), folder.FullName).Held.ShouldBe(false);
    }

    [Fact]
    public void A_file_that_is_called_like_a_socket_is_none()
    {
        File.WriteAllText(Path.Combine(folder.FullName, "x.sock"), "");
        HostFiles.FindSockets(Order(), folder.FullName).Held.ShouldBe(true);
    }

    [Fact]
    public void Of_several_the_one_that_got_through_counts_and_what_was_not_tried_proves_nothing()
    {
        var (stopped, through, untried) = (Outcome.Stopped("s"), Outcome.Through("t"), Outcome.Untried("u"));
        Outcome.Worst([stopped, through, stopped]).ShouldBe(through);
        Outcome.Worst([stopped, untried]).ShouldBe(stopped);
        Outcome.Worst([untried, stopped]).ShouldBe(stopped);
        Outcome.Worst([]).Held.ShouldBeNull();
    }

    private AttemptOrder Order(params string[] ids) =>
        Sample.Order(ids) with
        {
            Home = folder.FullName,
            SecretFile = SecretFile,
            Secret = Secret,
            Shared = [new AttemptFolder(folder.FullName, false)],
        };

    private AttemptNeighbour Neighbour(DecoyFacts facts) =>
        new("lisa", "12345678", "lisa", Word, folder.FullName, folder.FullName, "/nowhere", null, facts);

    private static void Through(string id, AttemptOrder order)
    {
        var outcome = AttemptProgram.Try(id, order);
        outcome.Held.ShouldBe(false, $"{id}: {outcome.Evidence}");
    }

    private static void Within(string folder, Action attempt)
    {
        var before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = folder;
        try
        {
            attempt();
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    private static Socket Listen()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        _ = Task.Run(async () =>
        {
            using var caller = await socket.AcceptAsync();
            await caller.SendAsync(Encoding.ASCII.GetBytes(Secret));
        });
        return socket;
    }

    /// <summary>One line, and nothing more until it is ended.</summary>
    private sealed class StringChannel(string line) : TextReader
    {
        private readonly TaskCompletionSource over = new();
        private bool told;

        public void End() => over.SetResult();

        public override async Task<string?> ReadLineAsync()
        {
            if (!told)
            {
                told = true;
                return line;
            }

            await over.Task;
            return null;
        }
    }

    private sealed class FirstLine : TextWriter
    {
        private readonly TaskCompletionSource<string> said = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Said => said.Task;

        public override Encoding Encoding => Encoding.UTF8;

        public override Task WriteLineAsync(string? value)
        {
            said.TrySetResult(value ?? "");
            return Task.CompletedTask;
        }
    }
}
