namespace Creel.Core.Tools;

/// <summary>One line of a <c>toolsBySender</c>.</summary>
/// <param name="Key">As written: <c>channel:telegram:4711</c>, <c>id:4711</c>, <c>e164:+49…</c>, <c>username:…</c>, <c>name:…</c> or <c>*</c>.</param>
public sealed record SenderRule(string Key, ToolList List);
