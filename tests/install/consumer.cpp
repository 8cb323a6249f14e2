// The same from C++, with a name of the return codes.
#include <cstring>
#include <imap4.h>
#include <iostream>
#include <string>

int main() {
    std::string version = imap_version_string();
    const char *name = imap_error_name(IMAP_ERR_TIMEOUT);
    if (version != IMAP4_VERSION_STRING || name == nullptr || std::strcmp(name, "IMAP_ERR_TIMEOUT") != 0) {
        std::cerr << "header " << IMAP4_VERSION_STRING << ", library " << version << "\n";
        return 1;
    }
    std::cout << "libimap4 " << version << "\n";
    return 0;
}
