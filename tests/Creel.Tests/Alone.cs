namespace Creel.Tests;

/// <summary>Tests that measure the process they run in: nothing runs beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
