namespace Creel.Core.Habitats.Legacy;

/// <summary>Where the older parser's Python raised an exception.</summary>
internal sealed class PythonError(string message) : Exception(message);
