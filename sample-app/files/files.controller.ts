import { BadRequestException, Controller, Get, NotFoundException, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../http/api-problem.decorator.js';
import { EventDto } from '../http/event.dto.js';
import { FileDto, FileHistoryDto, HistoryQueryDto, TreeDto, TreeQueryDto } from './files.dto.js';
import { gitPath } from './git/index.js';
import { ImportedHistory } from './imported-history.js';

@ApiTags('files')
@Controller('files')
export class FilesController {
  constructor(private readonly history: ImportedHistory) {}

  @Get('tree')
  @ApiOperation({ summary: 'Lists the files of a commit, as `git ls-tree -r` does' })
  @ApiOkResponse({ type: TreeDto })
  @ApiProblem(400, 'The commit is no full commit id')
  @ApiProblem(404, 'The commit is not imported: it does not exist, or is not on the first-parent line')
  async tree(@Query() { commit }: TreeQueryDto): Promise<TreeDto> {
    const id = commit ?? (await this.#lastCommit());
    const tree = await this.history.treeOf(id);
    if (!tree) throw new NotFoundException(`The commit ${id} is not imported`);
    return { commit: id, files: tree.entries().map((file) => FileDto.of(file)) };
  }

  @Get('history')
  @ApiOperation({ summary: 'Lists all that happened to a path' })
  @ApiOkResponse({ type: FileHistoryDto })
  @ApiProblem(400, 'There is no path, or there are two')
  @ApiProblem(404, 'No imported commit has a file at this path')
  async ofPath(@Query() { path, pathBase64, repository }: HistoryQueryDto): Promise<FileHistoryDto> {
    if ((path === undefined) === (pathBase64 === undefined)) {
      throw new BadRequestException('Either path or pathBase64 must be given');
    }
    const bytes = path === undefined ? Buffer.from(pathBase64 ?? '', 'base64') : Buffer.from(path, 'utf8');
    const { text } = gitPath(bytes);
    const events = await this.history.ofPath(repository ?? this.#defaultRepository(), bytes);
    if (events.length === 0)
      throw new NotFoundException(`No imported commit has a file ${JSON.stringify(text)}`);
    return { path: text, events: events.map((event) => EventDto.of(event)) };
  }

  async #lastCommit(): Promise<string> {
    const last = await this.history.lastCommit(this.#defaultRepository());
    if (!last) throw new NotFoundException('No commit is imported yet');
    return last.commit;
  }

  #defaultRepository(): string {
    const { defaultRepository } = this.history;
    if (defaultRepository !== null) return defaultRepository;
    throw new NotFoundException('No repository was imported at start; start with --git <path>');
  }
}
