namespace Creel.Commands.Views;

/// <param name="Name">Repository and tag.</param>
/// <param name="Id">The engine's digest.</param>
/// <param name="New">False: it was there, with the same content.</param>
internal sealed record ImageView(string Name, string Id, long Bytes, bool New);
