namespace Creel.Core.Isolation;

/// <summary>Where it is written down what should run.</summary>
public interface IDesiredStore
{
    /// <summary>What a person would look for, for messages: a path.</summary>
    string Name { get; }

    /// <summary>Null where nothing was ever written.</summary>
    string? Load();

    /// <summary>Replaces the whole; on disk when this returns, and after a crash the old or the new.</summary>
    void Save(string text);
}
