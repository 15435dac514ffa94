namespace Creel.Proxy.Offline;

/// <summary>One API's way to write an answer: in one piece, or as events, and both say the same.</summary>
internal interface IVoice
{
    byte[] Whole(Asked asked, Answer answer);

    IEnumerable<Piece> Events(Asked asked, Answer answer);
}
