namespace Creel.Adapters.Telegram;

/// <summary>The bot as Telegram knows it.</summary>
/// <param name="ReadsGroups">It sees all messages of its groups, not only those that are for it.</param>
internal sealed record TelegramMe(long Id, string Username, string Name, bool JoinsGroups, bool ReadsGroups);
