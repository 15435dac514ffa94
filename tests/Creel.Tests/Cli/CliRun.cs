using System.Text;
using System.Text.Json;
using Creel.Commands;
using Creel.Commands.Gateway;
using Creel.Commands.Rendering;
using Creel.Core.Habitats;
using Creel.Roots;
using Creel.Terminal;

namespace Creel.Tests.Cli;

/// <summary>The command line, run in process: what it printed where, and how it ended.</summary>
internal sealed record CliRun(int ExitCode, string Output, string Error)
{
    public static Task<CliRun> RunAsync(ApiServer server, params string[] args) =>
        new Setting { Home = server.Home }.RunAsync(args);

    public static Task<CliRun> RunAsync(params string[] args) => new Setting { Home = "/nowhere/creel" }.RunAsync(args);

    internal sealed record Setting
    {
        public required string Home { get; init; }

        public byte[] Input { get; init; } = [];

        public bool Terminal { get; init; }

        public int Columns { get; init; } = 80;

        public Dictionary<string, string> Variables { get; init; } = [];

        public CancellationToken Cancel { get; init; }

        public Func<ServeOptions, CancellationToken, Task<int>> Serve { get; init; } = (_, _) => Task.FromResult(0);

        public (HabitatModel? Model, IReadOnlyList<Problem> Problems) Habitat { get; init; }

        public TimeProvider Time { get; init; } = TimeProvider.System;

        public ContractParts Contract { get; init; } = ContractFiles.Parts;

        public Func<GatewayOrder, CancellationToken, Task<JsonElement>> CallGateway { get; init; } =
            (_, _) => throw new InvalidOperationException("no gateway is called here");

        public Watched Out { get; } = new();

        public Watched Error { get; } = new();

        /// <summary>Of a person at a terminal, who types that.</summary>
        public static Setting Typing(ApiServer server, string typed) =>
            new()
            {
                Home = server.Home,
                Terminal = true,
                Input = Encoding.UTF8.GetBytes(typed),
            };

        public async Task<CliRun> RunAsync(params string[] args)
        {
            var io = new CommandIo
            {
                Input = new MemoryStream(Input),
                Output = Out,
                Out = new StreamWriter(Out) { AutoFlush = true },
                Error = new StreamWriter(Error) { AutoFlush = true },
                InputIsTerminal = Terminal,
                OutputIsTerminal = Terminal,
                ErrorIsTerminal = Terminal,
                Window = () => new WindowSize(Columns, 24),
                Variable = name => name == "CREEL_HOME" ? Home : Variables.GetValueOrDefault(name),
                WorkingFolder = "/",
            };
            var parts = new CliParts
            {
                Serve = Serve,
                Habitats = new OfflineHabitats((_, _) => Habitat, model => $$"""{"name":"{{model.Name}}"}"""),
                Time = Time,
                Contract = Contract,
                Render = RenderRoot.Parts,
                Boot = ServeAtBoot.Parts,
                CallGateway = CallGateway,
            };
            var code = await Creel.Commands.Cli.RunAsync(args, io, parts, Cancel);
            return new CliRun(code, Out.Text, Error.Text);
        }
    }

    /// <summary>What was written so far, readable while more is written.</summary>
    internal sealed class Watched : MemoryStream
    {
        private readonly Lock gate = new();

        public string Text
        {
            get
            {
                lock (gate)
                {
                    return Encoding.UTF8.GetString(ToArray());
                }
            }
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            lock (gate)
            {
                base.Write(buffer, offset, count);
            }
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            lock (gate)
            {
                base.Write(buffer);
            }
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span);
            return ValueTask.CompletedTask;
        }
    }
}
