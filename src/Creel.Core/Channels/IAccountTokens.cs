namespace Creel.Core.Channels;

/// <summary>The tokens of accounts that the gateway keeps itself. None of them ever comes out again but to its own channel.</summary>
public interface IAccountTokens
{
    /// <returns>Null: there is none.</returns>
    /// <exception cref="CreelException">It can't be read, or others may read it.</exception>
    string? Find(ChannelAccount account);

    /// <summary>Those that there is a token for.</summary>
    IReadOnlyList<ChannelAccount> List();

    /// <exception cref="CreelException">It can't be written.</exception>
    void Set(ChannelAccount account, string token);

    /// <returns>False: there was none.</returns>
    bool Remove(ChannelAccount account);

    /// <summary>A token in a file of the user's own (<c>tokenFile</c>).</summary>
    /// <exception cref="CreelException">It is no plain file, or can't be read.</exception>
    string FromFile(string path);
}
