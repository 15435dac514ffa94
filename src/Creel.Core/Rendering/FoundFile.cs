using Creel.Core.Isolation;

namespace Creel.Core.Rendering;

/// <summary>A file that is in an output folder already.</summary>
public sealed record FoundFile(string Text, UnixFileMode Mode, CellUser Owner);
