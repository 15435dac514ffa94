using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd;

/// <summary>The sample habitat, up once for all tests that only look and ask.</summary>
public sealed class Simpsons : IAsyncLifetime
{
    private Serve? serve;

    public Serve Serve => serve!;

    public CommandResult Up { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        serve = await Serve.StartAsync();
        Up = await serve.UpAsync(
            await File.ReadAllTextAsync(Path.Combine(Published.Root, "samples", "simpsons", "habitat.json5"))
        );
    }

    public async Task DisposeAsync() => await Serve.DisposeAsync();
}

[CollectionDefinition(nameof(Simpsons))]
public sealed class SimpsonsCollection : ICollectionFixture<Simpsons>;
