namespace Creel.Runtime.Link;

/// <summary>One WebSocket message on its way out.</summary>
/// <param name="Text">An envelope; false: a stream frame.</param>
/// <param name="Sent">Completed when it is on its way: messages go before frames, so what must precede a message waits for this.</param>
internal readonly record struct OutFrame(ReadOnlyMemory<byte> Bytes, bool Text, TaskCompletionSource? Sent = null);
