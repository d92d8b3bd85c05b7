// ---- SplitMix64: numbers that start at random, counted ----

#define GAMMA 0x9e3779b97f4a7c15UL

INLINE word split_mix(word counter)
{
    word z = (counter ^ (counter >> 30)) * (word)(0xbf58476d1ce4e5b9UL);
    z = (z ^ (z >> 27)) * (word)(0x94d049bb133111ebUL);
    return z ^ (z >> 31);
}
