namespace Creel.Core.Gateway;

/// <summary>What came in: a call, or none.</summary>
/// <param name="Id">That of the answer; null where the frame named none.</param>
/// <param name="Wrong">What is wrong with it; null where it is right.</param>
public sealed record FrameReading(RequestFrame? Frame, string? Id, string? Wrong);
