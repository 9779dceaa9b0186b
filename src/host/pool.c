/* Worker threads: the caller works too, so n = 1 needs no thread at all. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "host/host.h"
#include "host/mem.h"

#define WORKERS_MAX 256u

typedef struct {
  pthread_mutex_t lock;
  pthread_cond_t wake, done;
  uint64_t round; /* counts calls of run; a new number wakes the threads */
  bool stop;
  uint32_t busy;
  evd_job *job;
  void *job_self;
  size_t n;
  atomic_size_t next;
  uint32_t n_threads;
  pthread_t threads[WORKERS_MAX];
} pool;

static void work(pool *p) {
  for (;;) {
    size_t i = atomic_fetch_add(&p->next, 1);
    if (i >= p->n)
      return;
    p->job(p->job_self, i);
  }
}

static void *thread_main(void *arg) {
  pool *p = arg;
  uint64_t seen = 0;
  pthread_mutex_lock(&p->lock);
  for (;;) {
    while (!p->stop && p->round == seen)
      pthread_cond_wait(&p->wake, &p->lock);
    if (p->stop)
      break;
    seen = p->round;
    pthread_mutex_unlock(&p->lock);
    work(p);
    pthread_mutex_lock(&p->lock);
    if (--p->busy == 0)
      pthread_cond_signal(&p->done);
  }
  pthread_mutex_unlock(&p->lock);
  return NULL;
}

static void run(void *self, evd_job *job, void *job_self, size_t n) {
  pool *p = self;
  pthread_mutex_lock(&p->lock);
  p->job = job;
  p->job_self = job_self;
  p->n = n;
  atomic_store(&p->next, 0);
  p->busy = p->n_threads;
  p->round++;
  pthread_cond_broadcast(&p->wake);
  pthread_mutex_unlock(&p->lock);
  work(p);
  pthread_mutex_lock(&p->lock);
  while (p->busy > 0)
    pthread_cond_wait(&p->done, &p->lock);
  pthread_mutex_unlock(&p->lock);
}

static uint32_t processors(void) {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0)
    return 1;
  int n = CPU_COUNT(&set);
  return n > 0 ? (uint32_t)n : 1;
}

evd_err evd_pool_open(evd_pool *out, uint32_t n) {
  if (n == 0)
    n = processors();
  if (n > WORKERS_MAX)
    n = WORKERS_MAX;
  *out = (evd_pool){NULL, 0, NULL};
  pool *p = evd_mem_get(sizeof *p);
  if (!p)
    return evd_complain(EVD_ERR_SPACE, "no memory for worker threads");
  pthread_mutex_init(&p->lock, NULL);
  pthread_cond_init(&p->wake, NULL);
  pthread_cond_init(&p->done, NULL);
  /* Fewer threads than asked for are slower, not wrong. */
  while (p->n_threads + 1 < n &&
         pthread_create(&p->threads[p->n_threads], NULL, thread_main, p) == 0)
    p->n_threads++;
  *out = (evd_pool){p, p->n_threads + 1, run};
  return EVD_OK;
}

void evd_pool_close(evd_pool *out) {
  pool *p = out->self;
  if (!p)
    return;
  pthread_mutex_lock(&p->lock);
  p->stop = true;
  pthread_cond_broadcast(&p->wake);
  pthread_mutex_unlock(&p->lock);
  for (uint32_t i = 0; i < p->n_threads; i++)
    pthread_join(p->threads[i], NULL);
  pthread_cond_destroy(&p->done);
  pthread_cond_destroy(&p->wake);
  pthread_mutex_destroy(&p->lock);
  evd_mem_free(p);
  *out = (evd_pool){NULL, 0, NULL};
}
