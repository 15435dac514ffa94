using Creel.Core.Outbound;

namespace Creel.Proxy.Offline;

/// <summary>What is answered, whatever API it goes out by.</summary>
/// <param name="Text">In tokens.</param>
/// <param name="IsShort">It was cut at the most tokens that the request wanted; then no tool is called.</param>
internal sealed record Answer(IReadOnlyList<string> Text, IReadOnlyList<ToolUse> Tools, bool IsShort)
{
    public long Tokens => Text.Count + Tools.Sum(tool => tool.Tokens);

    public string WholeText => string.Concat(Text);
}

/// <param name="Input">JSON, in tokens.</param>
internal sealed record ToolUse(string Name, IReadOnlyList<string> Input)
{
    public long Tokens => Offline.Tokens.Of(Name).Count + Input.Count;

    public string WholeInput => string.Concat(Input);

    public static ToolUse Of(OfflineTool tool) => new(tool.Name, Offline.Tokens.Of(tool.Input));
}
