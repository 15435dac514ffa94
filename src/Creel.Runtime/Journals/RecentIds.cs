namespace Creel.Runtime.Journals;

/// <summary>The newest so many ids: those that are done with, and must still not start again.</summary>
internal sealed class RecentIds(int capacity)
{
    private readonly Queue<string> order = [];
    private readonly HashSet<string> ids = [];

    public IReadOnlyCollection<string> All => order;

    public bool Contains(string id) => ids.Contains(id);

    public void Add(string id)
    {
        if (!ids.Add(id))
        {
            return;
        }

        order.Enqueue(id);
        if (order.Count > capacity)
        {
            ids.Remove(order.Dequeue());
        }
    }
}
