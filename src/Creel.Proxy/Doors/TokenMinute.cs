namespace Creel.Proxy.Doors;

/// <summary>
/// The tokens that the calls of a cell use in a minute. A call takes the most that it may use, and gives back what it did not. The
/// most is far above what calls use, so one for which there is no room goes all the same where no other is under way and anything is
/// left: it takes all the rest, and what it uses beyond that counts when it is known.
/// </summary>
internal sealed class TokenMinute(TimeProvider time)
{
    /// <summary>Seconds after which another call may have given something back.</summary>
    private const int Soon = 2;

    private readonly Lock gate = new();
    private readonly MinuteWindow window = new(time);
    private int open;

    /// <summary>Tokens that are counted now, used and reserved.</summary>
    public long Counted => window.Sum;

    /// <param name="most">That the call may use.</param>
    /// <param name="wait">Seconds after which it may go, where it may not now.</param>
    public Share? TryTake(long most, long limit, out int wait)
    {
        lock (gate)
        {
            wait = window.TryAdd(most, limit, out var second) ?? 0;
            var taken = most;
            if (wait > 0)
            {
                if (open > 0)
                {
                    wait = Math.Min(wait, Soon);
                    return null;
                }

                taken = limit - window.Sum;
                wait = window.TryAdd(Math.Max(taken, 1), limit, out second) ?? 0;
                if (wait > 0)
                {
                    return null;
                }
            }

            open++;
            return new Share(this, most, taken, second);
        }
    }

    /// <summary>What one call took.</summary>
    public sealed class Share(TokenMinute all, long most, long taken, long second)
    {
        private bool settled;

        /// <param name="used">What the call did use; null: nobody knows, so that it was the most.</param>
        public void Settle(long? used)
        {
            lock (all.gate)
            {
                if (settled)
                {
                    return;
                }

                settled = true;
                all.open--;
                var over = (used ?? most) - taken;
                if (over > 0)
                {
                    all.window.Add(over);
                }
                else
                {
                    all.window.GiveBack(-over, second);
                }
            }
        }
    }
}
