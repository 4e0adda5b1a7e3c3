/* Which layout of what it is handed this library was made for; see library.py. */

int fullcourse_kernels_version(void)
{
    return 3;
}
