/* libevident: everything. */
#ifndef EVIDENT_EVIDENT_H
#define EVIDENT_EVIDENT_H

#include "evident/election.h"
#include "evident/group.h"
#include "evident/guardian.h"
#include "evident/lib.h"
#include "evident/verify.h"

#endif /* EVIDENT_EVIDENT_H */
