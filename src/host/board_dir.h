/* The public files of a board, in a folder or at an address.
 *
 * Layer: L5 host.
 */
#ifndef EVD_HOST_BOARD_DIR_H
#define EVD_HOST_BOARD_DIR_H

#include "board/files.h"

/* http://.. or https://..? Everything else is a folder. */
bool evd_board_is_url(const char *where);

/* Complains if there is no readable folder. Reading from it does not complain.
 *   errors  EVD_ERR_MISSING, EVD_ERR_IO, EVD_ERR_SPACE */
EVD_MUST_CHECK evd_err evd_board_dir_open(evd_board_files *out,
                                          const char *dir);
void evd_board_dir_close(evd_board_files *f);

/* The same at a URL prefix (board_url.c, which links to libcurl). One thread
 * at a time. Complains of an address that is none; reading complains once of
 * one that does not answer (EVD_ERR_IO). errors  EVD_ERR_USAGE, EVD_ERR_SPACE
 */
EVD_MUST_CHECK evd_err evd_board_url_open(evd_board_files *out,
                                          const char *url);
void evd_board_url_close(evd_board_files *f);

/* Whichever `where` is; board_url.c. */
EVD_MUST_CHECK evd_err evd_board_open(evd_board_files *out, const char *where);
void evd_board_close(evd_board_files *f, const char *where);

#endif /* EVD_HOST_BOARD_DIR_H */
