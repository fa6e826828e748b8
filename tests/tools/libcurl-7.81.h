/*
 * For the compiler's -include: what is left of the installed libcurl's header
 * is that of 7.81, the oldest release that is built for (Ubuntu 22.04, which
 * CodeBuild's image is). A name that came later is an error.
 */
#include <curl/curl.h>

#undef LIBCURL_VERSION_NUM
#define LIBCURL_VERSION_NUM 0x075100

#pragma GCC poison CURLE_TOO_LARGE CURLE_UNRECOVERABLE_POLL CURLINFO_CAINFO
#pragma GCC poison CURLINFO_CAPATH CURLINFO_CONN_ID CURLINFO_EARLYDATA_SENT_T
#pragma GCC poison CURLINFO_HTTPAUTH_USED CURLINFO_POSTTRANSFER_TIME_T
#pragma GCC poison CURLINFO_PROXYAUTH_USED CURLINFO_QUEUE_TIME_T
#pragma GCC poison CURLINFO_SIZE_DELIVERED CURLINFO_USED_PROXY CURLINFO_XFER_ID
#pragma GCC poison CURLH_HEADER CURLH_CONNECT CURLH_TRAILER CURLH_1XX CURLHE_OK
#pragma GCC poison CURLOPT_CA_CACHE_TIMEOUT CURLOPT_HAPROXY_CLIENT_IP
#pragma GCC poison CURLOPT_PROTOCOLS_STR CURLOPT_QUICK_EXIT
#pragma GCC poison CURLOPT_REDIR_PROTOCOLS_STR CURLOPT_SSH_HOSTKEYFUNCTION
#pragma GCC poison CURLOPT_SSL_SIGNATURE_ALGORITHMS CURLOPT_TCP_KEEPCNT
#pragma GCC poison CURLOPT_UPLOAD_FLAGS CURLOPT_WS_OPTIONS
#pragma GCC poison CURLMOPT_NETWORK_CHANGED CURLU_GET_EMPTY
#pragma GCC poison CURLU_NO_GUESS_SCHEME CURLU_PUNY2IDN CURLU_PUNYCODE
#pragma GCC poison curl_easy_header curl_easy_nextheader curl_easy_ssls_export
#pragma GCC poison curl_easy_ssls_import curl_multi_get_handles
#pragma GCC poison curl_multi_get_offt curl_multi_notify_enable
#pragma GCC poison curl_multi_waitfds curl_ws_meta curl_ws_recv curl_ws_send
#pragma GCC poison curl_ws_start_frame
