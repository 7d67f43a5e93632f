/* What the compiler calls to count zeros: the base instruction set cannot, and the compiler's own library has another
 * calling convention (floating point) than this code. Undefined for 0, as the compiler has it. */

int __clzdi2(unsigned long n);
int __clzdi2(unsigned long n)
{
	int zeros = 0;

	for (int step = 32; step; step /= 2) {
		if (n >> (64 - step))
			continue;
		zeros += step;
		n <<= step;
	}
	return zeros;
}

int __ctzdi2(unsigned long n);
int __ctzdi2(unsigned long n)
{
	int zeros = 0;

	for (int step = 32; step; step /= 2) {
		if (n << (64 - step))
			continue;
		zeros += step;
		n >>= step;
	}
	return zeros;
}
