namespace Creel.Runtime.Link;

/// <summary>One WebSocket message on its way out.</summary>
/// <param name="Text">An envelope; false: a stream frame.</param>
internal readonly record struct OutFrame(ReadOnlyMemory<byte> Bytes, bool Text);
