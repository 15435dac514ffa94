using Creel.Core.Outbound;

namespace Creel.Commands.Outbound;

/// <summary>How the proxy is, as the server sees it.</summary>
/// <param name="Control">Its control socket.</param>
/// <param name="Trouble">Why it does not answer.</param>
internal sealed record ProxyView(bool Up, string Control, string? Trouble, ProxyStatus? Status);
