using Creel.Core.Link;

namespace Creel.Runtime.Link;

/// <summary>What the link tells the rest of the runtime; a wall, so that the link knows nothing of tasks and streams.</summary>
internal interface ILinkEvents
{
    /// <summary>Asked right before a hello.</summary>
    Hello Hello();

    /// <summary>Handled before the next one is read; its bytes are valid only until this returns.</summary>
    void Message(Envelope envelope);

    /// <summary>Its body is valid only until this returns.</summary>
    void Frame(StreamFrame frame);

    void Disconnected();
}
