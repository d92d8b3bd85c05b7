/* gsl: the plain Monte Carlo of the GNU Scientific Library, on one core.
 *
 * It speaks the protocol in README.md. The generator is taus2, L'Ecuyer's combined
 * Tausworthe generator, which is faster than GSL's default. GSL's own variable
 * chooses another, as in GSL_RNG_TYPE=mt19937.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef __linux__
#include <signal.h>
#include <sys/prctl.h>
#endif

#include <gsl/gsl_errno.h>
#include <gsl/gsl_monte_plain.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_version.h>

/* f·g: the squared norm, times a density that is the same everywhere. */
static double integrand(double *x, size_t dims, void *density) {
    double sum = 0.0;
    for (size_t i = 0; i < dims; i++)
        sum += x[i] * x[i];
    return sum * *(double *)density;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void fail(const char *what) {
    printf("error %s\n", what);
    fflush(stdout);
    exit(1);
}

static void *checked(void *memory) {
    if (memory == NULL)
        fail("there is no memory left");
    return memory;
}

static const gsl_rng_type *generator(void) {
    const char *wanted = getenv("GSL_RNG_TYPE");
    if (wanted == NULL || *wanted == '\0')
        return gsl_rng_taus2;
    for (const gsl_rng_type **type = gsl_rng_types_setup(); *type != NULL; type++)
        if (strcmp((*type)->name, wanted) == 0)
            return *type;
    fail("GSL_RNG_TYPE names no generator of GSL");
    return NULL;
}

/* The next word of the line, and the number it is. */
static double number(void) {
    const char *word = strtok(NULL, " \n");
    if (word == NULL)
        fail("a number is missing");
    return strtod(word, NULL);
}

static uint64_t whole_number(void) {
    const char *word = strtok(NULL, " \n");
    if (word == NULL)
        fail("a number is missing");
    return strtoull(word, NULL, 10);
}

int main(void) {
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    gsl_set_error_handler_off();

    /* problem WORKERS LO HI LO HI … */
    char *line = NULL;
    size_t room = 0;
    ssize_t length = getline(&line, &room, stdin);
    if (length < 0 || strtok(line, " \n") == NULL)
        fail("no problem was given");
    double *lo = checked(malloc((size_t)length * sizeof(double)));
    double *hi = checked(malloc((size_t)length * sizeof(double)));
    double density = 1.0;
    size_t dims = 0;
    whole_number(); /* GSL has one worker. */
    for (char *word; (word = strtok(NULL, " \n")) != NULL; dims++) {
        lo[dims] = strtod(word, NULL);
        hi[dims] = number();
        density /= hi[dims] - lo[dims];
    }
    gsl_monte_function f = {integrand, dims, &density};
    const gsl_rng_type *type = generator();
    gsl_rng *rng = checked(gsl_rng_alloc(type));
    gsl_monte_plain_state *state = checked(gsl_monte_plain_alloc(dims));
    printf("ready GSL %s with %s\n", gsl_version, type->name);
    fflush(stdout);

    /* run SAMPLES SEED REPEATS */
    while (getline(&line, &room, stdin) > 0) {
        strtok(line, " \n");
        uint64_t samples = whole_number();
        uint64_t seed = whole_number();
        uint64_t repeats = whole_number();
        double value = NAN, error = NAN;
        double begin = now();
        for (uint64_t k = 0; k < repeats; k++) {
            /* Most of GSL's generators use 32 bits of a seed. */
            gsl_rng_set(rng, (unsigned long)((seed ^ (seed >> 32)) & 0xffffffff));
            int status = gsl_monte_plain_integrate(&f, lo, hi, dims, samples, rng, state, &value, &error);
            if (status != GSL_SUCCESS)
                fail(gsl_strerror(status));
        }
        double seconds = (now() - begin) / (double)repeats;
        printf("%.17g %.17g %.17g\n", seconds, value, error * error);
        fflush(stdout);
    }
    return 0;
}
