using Creel.Core;

namespace Creel.Proxy.Keys;

/// <summary>Which key: an upstream's, for one group or for all that have none of their own.</summary>
internal readonly record struct KeyName(string Upstream, GroupId? Group);
