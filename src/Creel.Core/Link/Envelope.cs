namespace Creel.Core.Link;

/// <summary>One text message between the hub and an agent or a cell: the VM-agent protocol's shape.</summary>
/// <param name="Id">Null where the sender gave none.</param>
/// <param name="To">An agent id, <c>host</c>, <c>broadcast</c> or <c>*</c>.</param>
/// <param name="Type">One of <see cref="MessageTypes"/>, or whatever came.</param>
/// <param name="Timestamp">Milliseconds since 1970; null where the sender gave none.</param>
/// <param name="Payload">A JSON value in UTF-8; empty where there was none.</param>
public sealed record Envelope(string? Id, string From, string To, string Type, long? Timestamp, ReadOnlyMemory<byte> Payload);
